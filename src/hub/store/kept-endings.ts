/** Ends of runs that are carried out in several transactions: what was decided and how far it is, until it is done. */
import type { SqliteFile } from '../../store/index.ts';
import type { LeftDecided } from './message-runs.ts';
import { byHub } from './message-states.ts';
import type { RunEnded } from './run-rows.ts';

/** `after`: up to this id the messages of the run are settled. */
export type KeptEnding = { run: number; ended: RunEnded; decided: LeftDecided; after: number };

const prefix = 'ending of run ';
/** For a statement over `run`. */
export const isNotEnding = `NOT EXISTS (SELECT 1 FROM hub_setting WHERE name = '${prefix}' || run.id)`;

const isEnding = `name >= '${prefix}' AND name < '${prefix}:'`;

/** As others see it. */
export function anyEnding(store: SqliteFile): boolean {
  return store.get(`SELECT 1 FROM hub_setting WHERE ${isEnding} LIMIT 1`) !== undefined;
}

/** Of this run, or any. Inside a transaction only, as what follows. */
export function findEnding(store: SqliteFile, run?: number): KeptEnding | undefined {
  const row =
    run === undefined
      ? store.prepare(`SELECT value FROM hub_setting WHERE ${isEnding} LIMIT 1`).get()
      : store.prepare('SELECT value FROM hub_setting WHERE name = :name').get({ name: `${prefix}${run}` });
  return row && (JSON.parse(String(row.value)) as KeptEnding);
}

export function keepEnding(store: SqliteFile, ending: KeptEnding): void {
  const sql = `INSERT INTO hub_setting (name, value, changed_at, changed_by) VALUES (:name, :value, :now, '${byHub}')
    ON CONFLICT (name) DO UPDATE SET value = :value`;
  store.run(sql, { name: `${prefix}${ending.run}`, value: JSON.stringify(ending), now: ending.decided.now });
}

export function forgetEnding(store: SqliteFile, run: number): void {
  store.run('DELETE FROM hub_setting WHERE name = :name', { name: `${prefix}${run}` });
}
