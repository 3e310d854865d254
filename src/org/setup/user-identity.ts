/** What userinfo and the identity URL tell of a user. */
import type { SetupDatabase } from './setup-database.ts';
import type { Row } from './setup-rows.ts';

export type UserIdentity = {
  id: string;
  username: string;
  nickname: string;
  name: string;
  firstName: string | null;
  lastName: string;
  email: string;
  mobilePhone: string | null;
  active: boolean;
  timeZone: string;
  language: string;
  locale: string;
  /** Milliseconds since 1970. */
  lastModifiedAt: number;
};

export type IdentityFinder = {
  /** The same object until the user is changed. */
  find(userId: string): UserIdentity | undefined;
  /** Something was changed: all of them are read anew, each when it is asked for. */
  forget(): void;
};

/** Reads an identity when it is first asked for, and keeps it. */
export function createIdentityFinder({ database }: Pick<SetupDatabase, 'database'>): IdentityFinder {
  const select = database.prepare('SELECT * FROM "User" WHERE "Id" = ? AND "IsDeleted" = 0');
  const known = new Map<string, UserIdentity>();
  return {
    find(userId) {
      const kept = known.get(userId);
      if (kept !== undefined) return kept;
      const row = select.get(userId);
      if (row === undefined) return undefined;
      const identity = identityOf(row);
      known.set(userId, identity);
      return identity;
    },
    forget: () => known.clear(),
  };
}

function identityOf(row: Row): UserIdentity {
  return {
    id: String(row.Id),
    username: String(row.Username),
    nickname: String(row.CommunityNickname),
    name: String(row.Name),
    firstName: textOrNull(row.FirstName),
    lastName: String(row.LastName),
    email: String(row.Email),
    mobilePhone: textOrNull(row.MobilePhone),
    active: row.IsActive === 1,
    timeZone: String(row.TimeZoneSidKey),
    language: String(row.LanguageLocaleKey),
    locale: String(row.LocaleSidKey),
    lastModifiedAt: Number(row.LastModifiedDate),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
