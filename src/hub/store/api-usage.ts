/** How many API calls orgs have left, as agents read it last. */
import type { PingReport, ReportBody } from '../../protocol/index.ts';
import type { Row, SqliteFile } from '../../store/index.ts';
import type { Writing } from './hub-store.ts';

/** `used` of `allowed` calls in the 24 hours before `readAt`. */
export type ApiUsage = { used: number; allowed: number; readAt: number };

export type ApiUsages = {
  /** Of the org at this My Domain. */
  find(myDomainUrl: string): ApiUsage | undefined;
  /** What a ping read just now, where it came as far. */
  pinged(myDomainUrl: string, report: Pick<PingReport, 'about'>): Promise<void>;
};

/** One org, however its address is written. */
export const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : url);

export function apiUsageTable({ store, clock }: Pick<Writing, 'store' | 'clock'>): ApiUsages {
  return {
    find(myDomainUrl) {
      const sql = 'SELECT used, allowed, read_at AS "readAt" FROM api_usage WHERE my_domain_url = :url';
      return store.get(sql, { url: originOf(myDomainUrl) }) as ApiUsage | undefined;
    },
    async pinged(myDomainUrl, { about: { apiCallsUsed, apiCallsAllowed } }) {
      const [used, allowed] = [apiCallsUsed, apiCallsAllowed].map((text) => Number(text ?? Number.NaN)) as [
        number,
        number,
      ];
      if (!Number.isSafeInteger(used) || !Number.isSafeInteger(allowed)) return;
      const now = clock.now();
      await store.gather(() => keepUsage(store, { myDomainUrl, used, allowed, readAt: now }, now));
    },
  };
}

/** Inside a transaction only; what is older than what is known changes nothing. */
export function keepUsage(
  store: SqliteFile,
  { myDomainUrl, used, allowed, readAt }: ReportBody<'apiUsage'>,
  now: number,
): void {
  const sql = `INSERT INTO api_usage VALUES (:url, :used, :allowed, :readAt)
    ON CONFLICT (my_domain_url) DO UPDATE SET used = :used, allowed = :allowed, read_at = :readAt WHERE read_at <= :readAt`;
  store.run(sql, { url: originOf(myDomainUrl), used, allowed, readAt: Math.min(readAt, now) });
}

/** Whether a connection of this agent leads there. Inside a transaction only. */
export function leadsTo(store: SqliteFile, agentRow: number, myDomainUrl: string): boolean {
  const sql = `SELECT json_extract(salesforce, '$.myDomainUrl') AS url FROM connection WHERE agent_row = :agentRow`;
  const rows = store.prepare(sql).all({ agentRow }) as Row[];
  return rows.some(({ url }) => originOf(String(url)) === originOf(myDomainUrl));
}
