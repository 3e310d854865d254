/** Sees to it that somebody can sign in to Setup: the first System Administrator gets a password at the first start. */
import { createPassword, hashRandomPassword } from '../../base/index.ts';
import { completeUser, insertUser } from './save-user.ts';
import type { SetupDatabase } from './setup-database.ts';
import { updateRow } from './setup-rows.ts';
import { systemAdministrator } from './stock.ts';

const username = 'admin@sluice.example';

/**
 * When no active System Administrator has a password, the first of them gets one, made if there is none. Undefined when
 * somebody has; the password cannot be read again.
 */
export function ensureFirstAdministrator(
  store: SetupDatabase,
  now: number,
): { username: string; password: string } | undefined {
  return store.transaction(() => {
    const rows = store.database
      .prepare(
        `SELECT u."Id" AS id, u."Username" AS username, l.password_hash FROM "User" u
         JOIN profile_record p ON p.id = u."ProfileId" JOIN user_login l ON l.user_id = u."Id"
         WHERE p.name = ? AND u."IsActive" AND NOT l.frozen ORDER BY u."Id"`,
      )
      .all(systemAdministrator);
    if (rows.some((row) => row.password_hash !== null)) return undefined;
    const [first] = rows;
    const user = first ?? { id: addAdministrator(store, now), username };
    const password = createPassword();
    const values = { password_hash: hashRandomPassword(password) };
    updateRow(store.database, 'user_login', { key: ['user_id', String(user.id)], values });
    return { username: String(user.username), password };
  });
}

/** A username of a user who may not administer is not taken. */
function addAdministrator({ database }: SetupDatabase, now: number): string {
  const user = completeUser({ username, lastName: 'Administrator', alias: 'admin' }, systemAdministrator);
  return insertUser(database, user, now);
}
