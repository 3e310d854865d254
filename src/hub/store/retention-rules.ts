/** How long what has ended is kept: a setting of the hub, changed while it runs. */
import type { SqliteFile } from '../../store/index.ts';
import type { Writing } from './hub-store.ts';
import { changedMeanwhile } from './stale.ts';

/** null: no limit. */
export type RetentionRules = {
  completedDays: number | null;
  failedDays: number | null;
  mostMessages: number | null;
  mostBytes: number | null;
};

export type KeptRules = RetentionRules & { changedAt: number | null; changedBy: string | null; version: number };

export const defaultRules: RetentionRules = {
  completedDays: 30,
  failedDays: 90,
  mostMessages: 10_000_000,
  mostBytes: 20 * 1_024 ** 3,
};

const name = 'retention';
const selected = `SELECT value, changed_at AS "changedAt", changed_by AS "changedBy", version FROM hub_setting WHERE name = :name`;

export function readRules(store: SqliteFile): KeptRules {
  const row = store.get(selected, { name });
  if (row === undefined) return { ...defaultRules, changedAt: null, changedBy: null, version: 0 };
  const { value, changedAt, changedBy, version } = row;
  return { ...defaultRules, ...JSON.parse(String(value)), changedAt, changedBy, version };
}

/** Throws ApiRefused 409 when the version is no longer the present one. */
export function changeRules(
  { change }: Writing,
  store: SqliteFile,
  save: { by: string; rules: RetentionRules; version: number },
) {
  const { by, rules, version } = save;
  const display = `Changed how long messages are kept: ${inWords(rules)}`;
  return change(by, { action: 'changedRetention', section: 'Retention', display }, (now) => {
    const present = Number(
      store.prepare(`SELECT version FROM hub_setting WHERE name = :name`).get({ name })?.version ?? 0,
    );
    if (present !== version) throw changedMeanwhile();
    const sql = `INSERT INTO hub_setting (name, value, changed_at, changed_by, version) VALUES (:name, :value, :now, :by, 1)
      ON CONFLICT (name) DO UPDATE SET value = :value, changed_at = :now, changed_by = :by, version = version + 1`;
    store.run(sql, { name, value: JSON.stringify(rules), now, by });
  });
}

function inWords({ completedDays, failedDays, mostMessages, mostBytes }: RetentionRules): string {
  const said = (value: number | null, what: string) => (value === null ? `no limit of ${what}` : `${value} ${what}`);
  return [
    `completed and cancelled ones ${said(completedDays, 'days')}`,
    `failed ones ${said(failedDays, 'days')}`,
    `at most ${said(mostMessages, 'messages')}`,
    `and ${said(mostBytes, 'bytes')}`,
  ].join(', ');
}
