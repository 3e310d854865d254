/** The query of a run out of Salesforce. */
import type { Extent } from './bookmark.ts';
import type { OutboundPlan } from './plan-outbound.ts';

/** A condition of the interface stands in brackets of its own, so that an OR in it lets nothing else through. */
export function outboundSoql({ object, fields }: Pick<OutboundPlan, 'object' | 'fields'>, reading: Reading): string {
  const { where, extent } = reading;
  const since = extent.kind === 'incremental' ? [`SystemModstamp >= ${extent.from}`] : [];
  const conditions = [...(where === undefined ? [] : [`(${where})`]), ...since];
  const filter = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return `SELECT ${fields.join(', ')} FROM ${object}${filter}`;
}

export type Reading = { where?: string | undefined; extent: Extent };
