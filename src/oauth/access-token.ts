/** Opaque access tokens: made of chance, kept as hashes in a Map, with a journal behind it when they are to outlive the process. */
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
};

/** What keeps tokens over a restart. Each promise resolves when the change is on disk. */
export type TokenJournal = {
  append(record: TokenRecord): Promise<void>;
  remove(record: TokenRecord): Promise<void>;
  /** Noted some time later; a crash may lose it. */
  touch(record: TokenRecord): void;
};

export type IssuedToken = { accessToken: string; issuedAt: number };

export type AccessTokens = {
  /** With a journal, a promise that resolves when the token is on disk; the answer must not leave before. */
  issue(client: Client, subject: Subject): IssuedToken | Promise<IssuedToken>;
  /** What a live token stands for; counts as its use. */
  find(accessToken: string): TokenRecord | undefined;
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

/** `records` are the live tokens of an earlier process. */
export function createAccessTokens(options: {
  clock: Clock;
  journal?: TokenJournal | undefined;
  records?: Iterable<TokenRecord>;
}): AccessTokens {
  const { clock, journal } = options;
  const live = new Map<string, TokenRecord>();
  let lastId = 0;
  for (const record of options.records ?? []) {
    live.set(record.digest, record);
    lastId = Math.max(lastId, record.id);
  }
  const sweep = createSweep(live, journal);

  async function remove(record: TokenRecord): Promise<void> {
    live.delete(record.digest);
    await journal?.remove(record);
  }

  async function append(record: TokenRecord, to: TokenJournal): Promise<void> {
    try {
      await to.append(record);
    } catch (error) {
      live.delete(record.digest);
      throw error;
    }
  }

  return {
    issue(client, subject) {
      const issuedAt = clock.now();
      const accessToken = createAccessToken(subject.organizationId);
      const digest = digestOf(accessToken);
      lastId += 1;
      const { appId, sessionTimeoutMs: timeoutMs } = client;
      const record = { id: lastId, digest, appId, userId: subject.id, issuedAt, lastUsedAt: issuedAt, timeoutMs };
      live.set(digest, record);
      sweep(issuedAt);
      const issued = { accessToken, issuedAt };
      return journal ? append(record, journal).then(() => issued) : issued;
    },
    find(accessToken) {
      const record = live.get(digestOf(accessToken));
      if (record === undefined) return undefined;
      const now = clock.now();
      if (hasEnded(record, now)) {
        remove(record).catch(() => undefined);
        return undefined;
      }
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

function hasEnded({ lastUsedAt, timeoutMs }: TokenRecord, now: number): boolean {
  return now - lastUsedAt >= timeoutMs;
}

/** Looks at a few tokens at a time, round and round, and drops those that have ended: memory stays bounded, nothing waits. */
function createSweep(live: Map<string, TokenRecord>, journal: TokenJournal | undefined): (now: number) => void {
  let round = live.values();
  return (now) => {
    for (let count = 0; count < sweptPerIssue; count += 1) {
      const next = round.next();
      if (next.done) {
        round = live.values();
        return;
      }
      if (!hasEnded(next.value, now)) continue;
      live.delete(next.value.digest);
      journal?.remove(next.value).catch(() => undefined);
    }
  };
}

function digestOf(accessToken: string): string {
  return hash('sha256', accessToken, 'base64');
}

/** 72 bytes make 96 characters; Salesforce's tokens begin with AQ behind the `!`. */
const tokenBytes = 72;
const pool = Buffer.allocUnsafe(tokenBytes * 128);
let poolUsed = pool.length;

/** The 15-character id of the org, `!`, and 96 characters of `[A-Za-z0-9._]`: 564 bits of chance. */
function createAccessToken(organizationId: string): string {
  if (poolUsed === pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  const text = pool.toString('base64url', poolUsed, poolUsed + tokenBytes);
  pool.fill(0, poolUsed, poolUsed + tokenBytes);
  poolUsed += tokenBytes;
  return `${organizationId.slice(0, 15)}!AQ${text.slice(2).replaceAll('-', '.')}`;
}
