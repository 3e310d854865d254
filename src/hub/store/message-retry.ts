/** Whether a message that failed is tried again by itself, and when. */
import { passesByItself } from '../../base/index.ts';
import type { Row, SqliteFile } from '../../store/index.ts';
import { keepLastTry, retriesSql, writeEvent } from './message-events.ts';
import { byHub, statusesBefore } from './message-states.ts';

/** Where the interface does not say it. */
export const defaultMaxRetries = 5;

const firstMs = 30_000;
const longestMs = 60 * 60_000;

/**
 * How long to wait before the retry of this number, from 1: by chance between nothing and a time that doubles up to an hour, so
 * that what failed together does not come back together.
 */
export function backOffMs(retry: number, chance: number): number {
  return Math.round(chance * Math.min(longestMs, firstMs * 2 ** Math.min(retry - 1, 20)));
}

/** What the hub must know of an interface to treat its messages. */
export type RetryRules = { maxRetries: number; hasKeys: boolean };

/** An interface that is gone tries nothing again. */
export function retryRulesOf(store: SqliteFile, interfaceId: number): RetryRules {
  const row = store.prepare('SELECT definition FROM interface WHERE id = ?').get(interfaceId) as Row | undefined;
  if (row === undefined) return { maxRetries: 0, hasKeys: true };
  const definition = JSON.parse(String(row.definition)) as Record<string, unknown>;
  const { maxRetries = defaultMaxRetries, operation, externalId, key } = definition;
  return { maxRetries: Number(maxRetries), hasKeys: operation !== 'insert' || (externalId ?? key) !== undefined };
}

type Failed = { id: number; code: string | null };
type Trying = { rules: RetryRules; now: number; chance: number };

const back = `UPDATE message SET status = 'Pending', attempt = attempt + 1, next_try_at = :nextTryAt, outcome = NULL,
  rejected_by = NULL, run_id = NULL, chunk = NULL, place = NULL, sent_at = NULL, settled_at = NULL
  WHERE id = :id AND status IN (${statusesBefore('retry')})`;

/** A message that has just failed: back to Pending when its reason can pass and it has tries left. */
export function retryFailed(store: SqliteFile, { id, code }: Failed, { rules, now, chance }: Trying): void {
  if (code === null || !passesByItself(code)) return;
  const retry = Number(store.prepare(`SELECT ${retriesSql} AS n FROM message WHERE id = ?`).get(id)?.n) + 1;
  if (retry <= rules.maxRetries) putBack(store, { id, code }, { rules, now, retry, waitMs: backOffMs(retry, chance) });
  else giveUp(store, { id, tries: retry, now });
}

type Again = { rules: RetryRules; now: number; retry: number; waitMs: number };

function putBack(store: SqliteFile, { id, code }: Failed, { rules, now, retry, waitMs }: Again): void {
  keepLastTry(store, id);
  const comment = `${code} can pass: retry ${retry} of ${rules.maxRetries}, in ${inWords(waitMs)} at the earliest.`;
  store.run(back, { id, nextTryAt: now + waitMs });
  writeEvent(store, { message: id, at: now, status: 'Pending', by: byHub, comment });
}

function giveUp(store: SqliteFile, { id, tries, now }: { id: number; tries: number; now: number }): void {
  const comment = tries === 1 ? 'Not tried again: the interface allows no retries.' : `Gave up after ${tries} tries.`;
  writeEvent(store, { message: id, at: now, status: 'Failed', by: byHub, comment });
}

function inWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}
