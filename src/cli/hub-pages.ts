/** Lists of a hub, read to their end. */
import type { HubClient } from './hub-client.ts';

/** The largest page of the API. */
const pageSize = 200;

/**
 * All rows of a list, in the order of their ids where the query does not say another.
 *
 * @example await readAllPages<Listed>(hub, '/interfaces', { integration: 'Retail' });
 */
export async function readAllPages<Row>(
  hub: HubClient,
  path: string,
  query: Readonly<Record<string, string | number | undefined>> = {},
): Promise<Row[]> {
  const asked = new URLSearchParams({ sort: 'id', pageSize: String(pageSize) });
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, String(value));
  const rows: Row[] = [];
  for (let page = 1; ; page += 1) {
    asked.set('page', String(page));
    const answer = await hub.call<{ rows: Row[]; total: number }>('GET', `${path}?${asked}`);
    rows.push(...answer.rows);
    if (answer.rows.length === 0 || rows.length >= answer.total) return rows;
  }
}
