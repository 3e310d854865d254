/** One change by an administrator: a transaction with its entry in the audit trail, then the model in memory follows. */
import type { Clock, Seal } from '../../base/index.ts';
import type { AccessTokens } from '../../oauth/index.ts';
import type { Schema } from '../schema/index.ts';
import type { App } from './app.ts';
import type { LiveModel } from './live-model.ts';
import type { PermissionSet, Profile } from './profile.ts';
import { writeAudit } from './read-history.ts';
import type { SetupDatabase } from './setup-database.ts';
import { SetupNotFound, type SetupProblem, SetupRefused } from './setup-refused.ts';
import type { SetupUser } from './user.ts';

/** What changes are made with, and by whom. */
export type Office = {
  store: SetupDatabase;
  model: LiveModel;
  schema: Schema;
  /** Names of the Apex classes of this org. */
  apexClasses: readonly string[];
  seal: Seal;
  clock: Pick<Clock, 'now'>;
  tokens: AccessTokens;
  by: string;
};

/** `action` is a greppable word, `display` the sentence of the trail. */
export type ChangeNote = { action: string; section: string; display: string; rights?: boolean };

export function change<Result>(office: Office, note: ChangeNote, work: (now: number) => Result): Result {
  const { store, model, clock, by } = office;
  const now = clock.now();
  const result = store.transaction(() => {
    const made = work(now);
    writeAudit(store, { at: now, by, action: note.action, section: note.section, display: note.display });
    return made;
  });
  model.reload({ rights: note.rights ?? false });
  return result;
}

export function refuseAny(problems: readonly SetupProblem[]): void {
  if (problems.length > 0) throw new SetupRefused(problems);
}

export function getApp({ model }: Office, id: string): App {
  return found(model.findApp(id), 'app');
}

export function getUser({ model }: Office, id: string): SetupUser {
  return found(model.findUser(id), 'user');
}

export function getProfile({ model }: Office, id: string): Profile {
  return found(
    model.data.profiles.find((profile) => profile.id === id),
    'profile',
  );
}

export function getPermissionSet({ model }: Office, idOrName: string): PermissionSet {
  const name = idOrName.toLowerCase();
  return found(
    model.data.permissionSets.find((set) => set.id === idOrName || set.name.toLowerCase() === name),
    'permission set',
  );
}

function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new SetupNotFound(what);
  return value;
}
