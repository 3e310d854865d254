/** How far an interface has read, kept in the target beside the rows; and what the next run is to read. */
import { createHash } from 'node:crypto';
import { SluiceError } from '../../base/index.ts';
import type { OutboundDefinition } from '../../protocol/index.ts';
import { unreadable } from './find-field.ts';
import type { OutboundPlan } from './plan-outbound.ts';

export type OutboundBookmark = {
  /** ISO instant on the org's clock: every change committed before it is in the table. */
  upTo: string;
  /** Id of the org. */
  organization: string;
  /** Paths of the fields that were read. */
  fields: readonly string[];
  /** Digest of all else that decides what stands in the table. */
  shape: string;
};

/** The org's clock is told in whole seconds, and what is stamped in the second that runs may not be visible yet. */
const behindMs = 2_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;
const defaultLookBackMinutes = 10;

/** For so long queryAll shows deleted records. */
const daysOfDeletions = 15;

export function makeBookmark(plan: OutboundPlan, definition: OutboundDefinition, org: OrgNow): OutboundBookmark {
  const upTo = new Date(org.serverTimeMs - behindMs).toISOString();
  return { upTo, organization: org.organizationId, fields: plan.fields, shape: shapeOf(plan, definition) };
}

export type OrgNow = { organizationId: string; serverTimeMs: number };

function shapeOf(
  { object, into, deleted, deletedColumn }: OutboundPlan,
  { where, mapping = {}, timeZone }: OutboundDefinition,
): string {
  const columns = into.columns.map(({ name, header = name }) => [name, header]).sort();
  const computed = Object.entries(mapping).filter(([, source]) => typeof source !== 'string');
  const made = computed.length === 0 ? {} : { computed: computed.sort(), timeZone };
  const shape = { object, where, columns, key: into.key, deleted, deletedColumn, ...made };
  return createHash('sha256').update(JSON.stringify(shape)).digest('hex');
}

/** Undefined for a text that is no bookmark of ours: then all is read anew. */
export function parseBookmark(text: string | undefined): OutboundBookmark | undefined {
  if (text === undefined) return undefined;
  try {
    const found = JSON.parse(text) as Partial<OutboundBookmark> | null;
    const isWhole = typeof found?.upTo === 'string' && !Number.isNaN(Date.parse(found.upTo));
    return isWhole && Array.isArray(found?.fields) ? (found as OutboundBookmark) : undefined;
  } catch {
    return undefined;
  }
}

export type Extent = { kind: 'full' } | { kind: 'incremental'; from: string };

type Deciding = {
  definition: OutboundDefinition;
  plan: OutboundPlan;
  bookmark: OutboundBookmark | undefined;
  /** Asked for by whoever starts the run, in spite of the bookmark. */
  full: boolean;
  org: OrgNow;
};

/**
 * Everything, or what changed since the bookmark less the look-back.
 *
 * Errors: SOURCE_FIELD_UNREADABLE for a field that was read before and is not shown any more, BOOKMARK_UNFIT, BOOKMARK_TOO_OLD.
 */
export function decideExtent({ definition, plan, bookmark, full, org }: Deciding): Extent {
  if (full || bookmark === undefined) return { kind: 'full' };
  const isAll = definition.fields === undefined && definition.mapping === undefined;
  const lost = isAll ? bookmark.fields.find((path) => !plan.fields.includes(path)) : undefined;
  if (lost !== undefined) throw lostField(plan, lost);
  if (definition.changes !== 'incremental') return { kind: 'full' };
  const refuse = (reason: string) => new SluiceError('BOOKMARK_UNFIT', { interface: definition.name, reason });
  if (bookmark.organization.slice(0, 15) !== org.organizationId.slice(0, 15))
    throw refuse(`it was made in the org ${bookmark.organization}, and this is ${org.organizationId}`);
  if (bookmark.shape !== shapeOf(plan, definition))
    throw refuse('what it reads, or the columns it goes into, have changed since');
  checkAge(definition, plan, { upTo: bookmark.upTo, now: org.serverTimeMs });
  const lookBackMs = (definition.lookBackMinutes ?? defaultLookBackMinutes) * minuteMs;
  return { kind: 'incremental', from: new Date(Date.parse(bookmark.upTo) - lookBackMs).toISOString() };
}

function checkAge(
  { name }: OutboundDefinition,
  { deleted }: OutboundPlan,
  { upTo, now }: { upTo: string; now: number },
): void {
  const days = (now - Date.parse(upTo)) / dayMs;
  if (deleted === 'ignore' || days <= daysOfDeletions) return;
  throw new SluiceError('BOOKMARK_TOO_OLD', { interface: name, upTo, days: Math.floor(days) });
}

/** The rows would keep what they held, and nobody would hear of it. */
function lostField({ object }: OutboundPlan, path: string): SluiceError {
  const error = unreadable({ name: object }, path, []);
  const { hint } = error.values;
  const gone =
    'If it is gone for good, name the fields that are left, or run "sluice run --full" once (at a hub "sluice process --full").';
  return new SluiceError('SOURCE_FIELD_UNREADABLE', { object, field: path, hint: `${hint} ${gone}` });
}
