/** Access tokens: opaque ones made of chance, JSON Web Tokens made elsewhere, both kept as hashes in a Map, with a journal behind it when they are to outlive the process. */
import { hash, randomFillSync } from 'node:crypto';
import type { Clock } from '../base/index.ts';
import type { Client, Subject } from './client-store.ts';

/** A token as it is kept: not the token, but what it stands for. Times in milliseconds since 1970. */
export type TokenRecord = {
  /** Number in the journal. */
  id: number;
  /** SHA-256 of the token, in base64. */
  digest: string;
  appId: string;
  userId: string;
  issuedAt: number;
  lastUsedAt: number;
  /** Milliseconds without use after which it ends. */
  timeoutMs: number;
  /** When it ends, used or not; set for JSON Web Tokens and where tokens have a fixed life. */
  expiresAt?: number | undefined;
  /** When they are fewer than the app's. */
  scopes?: readonly string[] | undefined;
  /** The grant of a refresh token or a code that it came from. */
  grantId?: string | undefined;
};

/** What makes a token other than the usual opaque one. */
export type TokenTraits = {
  /** A JSON Web Token made before; an opaque one is made when left out. */
  accessToken?: string | undefined;
  /** When its end was reckoned from; now when left out. */
  issuedAt?: number | undefined;
} & Pick<TokenRecord, 'expiresAt' | 'scopes' | 'grantId'>;

/** What keeps tokens over a restart. Each promise resolves when the change is on disk; none where nobody needs to wait. */
export type TokenJournal = {
  append(record: TokenRecord): void | Promise<void>;
  remove(record: TokenRecord): void | Promise<void>;
  /** Noted some time later; a crash may lose it. */
  touch(record: TokenRecord): void;
};

export type IssuedToken = { accessToken: string; issuedAt: number };

export type AccessTokens = {
  /** With a journal, a promise that resolves when the token is on disk; the answer must not leave before. */
  issue(client: Client, subject: Subject, traits?: TokenTraits): IssuedToken | Promise<IssuedToken>;
  /** What a live token stands for; counts as its use. */
  find(accessToken: string): TokenRecord | undefined;
  /** The same, but it does not count as a use. */
  peek(accessToken: string): TokenRecord | undefined;
  /** False when there was no such token. From this call on it is refused; the promise is for the disk. */
  revoke(accessToken: string): Promise<boolean>;
  /** Revokes all tokens that fit; how many there were. */
  revokeWhere(fits: (record: TokenRecord) => boolean): Promise<number>;
  readonly size: number;
};

/** A use is written down when the last one written is this much older. */
const touchEveryMs = 60_000;
/** How many tokens are looked at, at each issue, for some that have ended. */
const sweptPerIssue = 4;

/** `records` are the live tokens of an earlier process; `createText` makes an opaque token, in Salesforce's form when left out. */
export function createAccessTokens(options: {
  clock: Clock;
  journal?: TokenJournal | undefined;
  records?: Iterable<TokenRecord>;
  createText?: (organizationId: string) => string;
}): AccessTokens {
  const { clock, journal, createText = createSalesforceToken } = options;
  const live = new Map<string, TokenRecord>();
  let lastId = 0;
  for (const record of options.records ?? []) {
    live.set(record.digest, record);
    lastId = Math.max(lastId, record.id);
  }
  const sweep = createSweep(live, (record) => void remove(record).catch(() => undefined));

  async function remove(record: TokenRecord): Promise<void> {
    live.delete(record.digest);
    await journal?.remove(record);
  }

  function whenWritten(record: TokenRecord, written: Promise<void>, issued: IssuedToken): Promise<IssuedToken> {
    return written.then(
      () => issued,
      (error: unknown) => {
        live.delete(record.digest);
        throw error;
      },
    );
  }

  function peek(accessToken: string): TokenRecord | undefined {
    const record = live.get(digestOf(accessToken));
    if (record === undefined || !hasEnded(record, clock.now())) return record;
    remove(record).catch(() => undefined);
    return undefined;
  }

  return {
    peek,
    issue(client, subject, traits) {
      const issuedAt = traits?.issuedAt ?? clock.now();
      const accessToken = traits?.accessToken ?? createText(subject.organizationId);
      lastId += 1;
      const record = recordOf({ id: lastId, digest: digestOf(accessToken), issuedAt }, client, subject, traits);
      live.set(record.digest, record);
      sweep(issuedAt);
      const issued = { accessToken, issuedAt };
      const written = journal?.append(record);
      return written instanceof Promise ? whenWritten(record, written, issued) : issued;
    },
    find(accessToken) {
      const record = peek(accessToken);
      if (record === undefined) return undefined;
      const now = clock.now();
      const idleMs = now - record.lastUsedAt;
      if (idleMs >= touchEveryMs) {
        record.lastUsedAt = now;
        journal?.touch(record);
      }
      return record;
    },
    async revoke(accessToken) {
      const record = live.get(digestOf(accessToken));
      if (record === undefined) return false;
      await remove(record);
      return true;
    },
    async revokeWhere(fits) {
      const fitting = [...live.values()].filter(fits);
      await Promise.all(fitting.map(remove));
      return fitting.length;
    },
    get size() {
      return live.size;
    },
  };
}

function recordOf(
  { id, digest, issuedAt }: Pick<TokenRecord, 'id' | 'digest' | 'issuedAt'>,
  { appId, sessionTimeoutMs: timeoutMs }: Client,
  { id: userId }: Subject,
  traits: TokenTraits | undefined,
): TokenRecord {
  const record: TokenRecord = { id, digest, appId, userId, issuedAt, lastUsedAt: issuedAt, timeoutMs };
  if (traits?.expiresAt !== undefined) record.expiresAt = traits.expiresAt;
  if (traits?.scopes !== undefined) record.scopes = traits.scopes;
  if (traits?.grantId !== undefined) record.grantId = traits.grantId;
  return record;
}

/** When a token ends as things are, in milliseconds since 1970. */
export function endOf({ lastUsedAt, timeoutMs, expiresAt }: TokenRecord): number {
  return expiresAt ?? lastUsedAt + timeoutMs;
}

function hasEnded(record: TokenRecord, now: number): boolean {
  return now >= endOf(record);
}

/** Looks at a few tokens at a time, round and round, and drops those that have ended: memory stays bounded, nothing waits. */
function createSweep(live: Map<string, TokenRecord>, drop: (record: TokenRecord) => void): (now: number) => void {
  let round = live.values();
  return (now) => {
    for (let count = 0; count < sweptPerIssue; count += 1) {
      const next = round.next();
      if (next.done) {
        round = live.values();
        return;
      }
      if (hasEnded(next.value, now)) drop(next.value);
    }
  };
}

function digestOf(accessToken: string): string {
  return hash('sha256', accessToken, 'base64');
}

/** 72 bytes make 96 characters. */
const tokenBytes = 72;
const pool = Buffer.allocUnsafe(tokenBytes * 128);
let poolUsed = pool.length;

/** The 15-character id of the org, `!`, AQ as Salesforce's tokens begin, and 94 characters of `[A-Za-z0-9._]`: 564 bits of chance. */
function createSalesforceToken(organizationId: string): string {
  return `${organizationId.slice(0, 15)}!AQ${createRandomText().slice(2).replaceAll('-', '.')}`;
}

/** 96 characters of base64url: 576 bits of chance. Also for codes and refresh tokens. */
export function createRandomText(): string {
  if (poolUsed === pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  const text = pool.toString('base64url', poolUsed, poolUsed + tokenBytes);
  pool.fill(0, poolUsed, poolUsed + tokenBytes);
  poolUsed += tokenBytes;
  return text;
}
