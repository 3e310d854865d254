/** What users have granted to apps: authorization codes, used once, and the grants behind refresh tokens. */
import { remember } from './bounded-map.ts';

/** An authorization code waiting to be exchanged. Times in milliseconds since 1970. */
export type CodeRecord = {
  /** SHA-256 of the code, in base64url. */
  digest: string;
  appId: string;
  /** The client id it was given to. */
  clientId: string;
  userId: string;
  scopes: readonly string[];
  redirectUri: string;
  /** Whether the authorize request named it; the exchange must then repeat it. */
  redirectUriSent: boolean;
  /** S256, base64url (RFC 7636); undefined when the client sent none. */
  codeChallenge: string | undefined;
  expiresAt: number;
};

/** One consent of a user to an app, with the refresh token that stands for it. */
export type GrantRecord = {
  /** Access tokens of the grant carry it (`TokenRecord.grantId`). */
  id: string;
  /** SHA-256 of the refresh token in force, in base64url. */
  digest: string;
  appId: string;
  userId: string;
  scopes: readonly string[];
  createdAt: number;
  lastUsedAt: number;
};

/** Each step is atomic: of two calls at once for the same code or token one wins. */
export type GrantStore = {
  addCode(code: CodeRecord): void | Promise<void>;
  /** Takes the code; once. A later call gets the id of the grant that was made of it, to be ended (RFC 6749 section 4.1.2). */
  takeCode(digest: string, grantId: string): CodeTaken | Promise<CodeTaken>;
  /** With it there are at most so many of this user and app: gives the ids of the oldest, which have ended. */
  addGrant(grant: GrantRecord, atMost: number): readonly string[] | Promise<readonly string[]>;
  /** By a refresh token in force, or by one that was replaced: then `replaced`. */
  findGrant(digest: string): GrantFound | Promise<GrantFound>;
  /** The grant was used now; with `newDigest` its token is replaced, if `digest` is still in force. False when it is not. */
  useGrant(use: { id: string; digest: string; newDigest?: string | undefined; at: number }): boolean | Promise<boolean>;
  /** Whether the user has granted anything to the app that still holds; JWT bearer asks. */
  hasGrant(appId: string, userId: string): boolean;
  /** All scopes that the user has granted to the app, so that they need not be asked for again. */
  grantedScopes(appId: string, userId: string): readonly string[];
  /** Ends the grant; its access tokens are ended by the caller. */
  endGrant(id: string): void | Promise<void>;
};

export type CodeTaken = { code: CodeRecord } | { usedFor: string } | undefined;

export type GrantFound = { grant: GrantRecord; replaced: boolean } | undefined;

/** How many codes and grants are kept in memory; the oldest go first. */
const maxKept = 100_000;

export function createMemoryGrantStore(): GrantStore {
  const codes = new Map<string, CodeRecord | { usedFor: string }>();
  const grants = new Map<string, GrantRecord>();
  /** Digest of every token a grant ever had, to its id. */
  const idOf = new Map<string, string>();
  /** The oldest first. */
  const grantsOf = (appId: string, userId: string) =>
    [...grants.values()].filter((grant) => grant.appId === appId && grant.userId === userId);
  return {
    addCode: (code) => remember(codes, code.digest, code, maxKept),
    takeCode(digest, grantId) {
      const found = codes.get(digest);
      if (found === undefined || 'usedFor' in found) return found;
      codes.set(digest, { usedFor: grantId });
      return { code: found };
    },
    addGrant(grant, atMost) {
      remember(grants, grant.id, grant, maxKept);
      remember(idOf, grant.digest, grant.id, maxKept);
      const ended = grantsOf(grant.appId, grant.userId)
        .map(({ id }) => id)
        .slice(0, -atMost);
      for (const id of ended) grants.delete(id);
      return ended;
    },
    findGrant(digest) {
      const grant = grants.get(idOf.get(digest) ?? '');
      return grant && { grant, replaced: grant.digest !== digest };
    },
    useGrant({ id, digest, newDigest, at }) {
      const grant = grants.get(id);
      if (grant === undefined || grant.digest !== digest) return false;
      grants.set(id, { ...grant, digest: newDigest ?? digest, lastUsedAt: at });
      if (newDigest !== undefined) remember(idOf, newDigest, id, maxKept);
      return true;
    },
    hasGrant: (appId, userId) => grants.values().some((grant) => grant.appId === appId && grant.userId === userId),
    grantedScopes: (appId, userId) => [...new Set(grantsOf(appId, userId).flatMap(({ scopes }) => scopes))],
    endGrant: (id) => void grants.delete(id),
  };
}
