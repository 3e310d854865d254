/** Which runs a list shows: its filters as conditions in SQL. */
import type { Values } from '../../store/index.ts';
import type { HubRun } from './run-rows.ts';

export type RunsWish = {
  interface?: string | undefined;
  integration?: string | undefined;
  agent?: number | undefined;
  state?: HubRun['state'] | 'open' | undefined;
  status?: string | undefined;
  trigger?: HubRun['trigger'] | undefined;
  /** Asked for at this time or later, and before that one. */
  from?: number | undefined;
  until?: number | undefined;
};

const conditions: Readonly<Record<keyof RunsWish, string>> = {
  interface: 'lower(known.name) = lower(:interface)',
  integration: 'lower(known.integration) = lower(:integration)',
  agent: 'run.agent_row = :agent',
  state: 'run.state = :state',
  status: 'run.status = :status',
  trigger: 'run.trigger = :trigger',
  from: 'run.asked_at >= :from',
  until: 'run.asked_at < :until',
};

export function runsWished(wish: RunsWish): { sql: string; values: Values } | undefined {
  const given = Object.entries(wish).filter(([, value]) => value !== undefined) as [keyof RunsWish, string | number][];
  if (given.length === 0) return undefined;
  const parts = given.map(([name, value]) => (value === 'open' ? `run.state <> 'ended'` : conditions[name]));
  const values = Object.fromEntries(given.filter(([, value]) => value !== 'open'));
  return { sql: parts.join(' AND '), values };
}
