/** What stands in the store that somebody should see to; each question goes along an index, or looks at a bounded number of rows. */
import type { SqliteFile } from '../../store/index.ts';
import { type Count, mostCounted } from './message-counts.ts';
import type { RunEnding } from './run-rows.ts';

type Named = { id: number; name: string };

export type AttentionReader = {
  /** Connections whose pings were not both good for the settings as they are. */
  unverified(): Named[];
  /** Integrations with interfaces that do not run. */
  inactive(): (Named & { state: string })[];
  /** Interfaces that are there still and did not go through last; `id` is that of the run. */
  lastRunsNotWell(): (Named & { status: RunEnding })[];
  failedMessages(): Count;
  unknownMessages(): Count;
  /** Interfaces of which scheduled runs were left out since then; `id` is that of the agent. */
  missedSchedules(since: number): (Named & { count: number })[];
  /** Connections whose consumer secret was entered before this. */
  oldConsumerSecrets(before: number): (Named & { at: number })[];
  /** API clients whose secret was made before this. */
  oldClientSecrets(before: number): (Named & { at: number })[];
  /** One connection for each org, with the share of its calls that are used, where it was read since and is above this. */
  busyOrgs(share: number, since: number): (Named & { used: number; allowed: number })[];
};

/** More of one kind nobody reads one by one. */
const most = 50;

const lastRun = `(SELECT id FROM run AS last WHERE last.interface_id = interface.id AND last.started_at IS NOT NULL ORDER BY id DESC LIMIT 1)`;

/** Reports that are no runs are few; of many only the newest are looked at. */
const reportsLookedAt = 5_000;

const sqlOf = {
  unverified: `SELECT id, name FROM connection WHERE agent_good_at IS NULL OR salesforce_good_at IS NULL ORDER BY name`,
  inactive: `SELECT id, name, state FROM integration WHERE state <> 'active'
    AND EXISTS (SELECT 1 FROM interface WHERE integration_id = integration.id) ORDER BY name`,
  lastRunsNotWell: `SELECT run.id, interface.name, run.status FROM interface JOIN run ON run.id = ${lastRun}
    WHERE run.status NOT IN ('completed', 'cancelled') ORDER BY run.id DESC`,
  missedSchedules: `SELECT agent.id, json_extract(body, '$.interface') AS name, count(*) AS count
    FROM (SELECT * FROM agent_report ORDER BY id DESC LIMIT ${reportsLookedAt}) report JOIN agent USING (agent_id)
    WHERE report.kind = 'scheduleMissed' AND received_at >= :since AND json_extract(body, '$.reason') <> 'stopped' GROUP BY 1, 2 ORDER BY 2`,
  oldConsumerSecrets: `SELECT id, name, secret_entered_at AS at FROM connection WHERE secret_entered_at < :before ORDER BY at`,
  oldClientSecrets: `SELECT id, name, secret_made_at AS at FROM client
    WHERE kind = 'api' AND active = 1 AND secret_made_at < :before ORDER BY at`,
  busyOrgs: `SELECT min(connection.id) AS id, connection.name, used, allowed FROM connection JOIN api_usage
    ON json_extract(salesforce, '$.myDomainUrl') = my_domain_url
    WHERE read_at >= :since AND used > allowed * :share GROUP BY my_domain_url ORDER BY used * 1.0 / allowed DESC`,
} as const;

export function attentionReader(store: SqliteFile): AttentionReader {
  const read = <Found>(sql: string, values = {}) => store.all(`${sql} LIMIT ${most}`, values) as Found[];
  const count = (index: string, where: string): Count => {
    const along = `message INDEXED BY ${index} WHERE ${where}`;
    const row = store.get(`SELECT count(*) AS n FROM (SELECT 1 FROM ${along} LIMIT ${mostCounted + 1})`);
    const n = Number(row?.n);
    return { count: Math.min(n, mostCounted), more: n > mostCounted };
  };
  return {
    unverified: () => read(sqlOf.unverified),
    inactive: () => read(sqlOf.inactive),
    lastRunsNotWell: () => read(sqlOf.lastRunsNotWell),
    failedMessages: () => count('message_status', `status = 'Failed' AND status <> 'Completed'`),
    unknownMessages: () => count('message_outcome', `outcome = 'unknown' AND outcome <> 'succeeded'`),
    missedSchedules: (since) => read(sqlOf.missedSchedules, { since }),
    oldConsumerSecrets: (before) => read(sqlOf.oldConsumerSecrets, { before }),
    oldClientSecrets: (before) => read(sqlOf.oldClientSecrets, { before }),
    busyOrgs: (share, since) => read(sqlOf.busyOrgs, { share, since }),
  };
}
