/** Saves up to 200 drafts as one chunk: first all are matched and checked against what is there, then the good ones are written. */
import type { DatabaseSync } from 'node:sqlite';
import type { Access } from '../rights/index.ts';
import { idAt, instancePart, toId18 } from '../schema/ids.ts';
import type { Field, Schema, SObject } from '../schema/schema.ts';
import { type Deletion, deleteRow } from './delete-rows.ts';
import type { Draft } from './draft.ts';
import { isRefused, type Stored } from './field-values.ts';
import type { IdCounter } from './id-counter.ts';
import {
  assignments,
  comparedValue,
  createParentFinder,
  findIds,
  findOtherId,
  manyMatches,
  type ParentFinder,
  stateOfRow,
} from './matching.ts';
import { type Asker, type ReachCondition, reachCondition, reaches } from './reached-rows.ts';
import type { Operation, RowError, SaveResult } from './records.ts';
import type { FaultyRow } from './row-faults.ts';
import { refuseByRights, unknownRow } from './row-rights.ts';
import type { SaveTable } from './save-table.ts';
import type { Statements } from './statements.ts';
import type { Table } from './tables.ts';

/** What all saves of one writer share. */
export type Store = {
  database: DatabaseSync;
  statements: Statements;
  schema: Schema;
  ids: IdCounter;
  tableOf: (object: SObject) => Table;
  accessOf: (userId: string) => Access;
  /** Whether the setup file is attached, so that references into it can be checked. */
  hasSetup: boolean;
};

export type Chunk = {
  table: SaveTable;
  operation: Operation;
  drafts: readonly Draft[];
  /** For upsert; the Id field, or a field that may name a record. */
  externalIdField?: Field | undefined;
  updateOnly?: boolean | undefined;
  /** Delete only: nothing stays in the bin. */
  pastBin?: boolean | undefined;
  /** In whose name the rows are saved. */
  asker: Asker;
  nowMs: number;
  fault: (row: FaultyRow) => RowError | undefined;
};

/** One row with what is to happen to it. */
type Plan = { draft: Draft; created: boolean; id: string | null; errors: RowError[] };

type Work = Chunk & { store: Store; parents: ParentFinder };

/** Times the org itself sets are kept to whole seconds, as Salesforce's are. */
const auditStepMs = 1000;

const isDeleted: RowError = { statusCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] };

/** Must run inside a transaction; rows that are refused leave no trace, the others are written. */
export function saveChunk(store: Store, chunk: Chunk): SaveResult[] {
  const nowMs = Math.floor(chunk.nowMs / auditStepMs) * auditStepMs;
  const work: Work = { ...chunk, nowMs, store, parents: createParentFinder({ ...store, asker: chunk.asker }) };
  const repeated = findRepeated(work);
  const plans = work.drafts.map((draft) => planRow(work, draft, repeated));
  const results = plans.map((plan) => carryOut(work, plan));
  store.ids.flush();
  return results;
}

function planRow(work: Work, draft: Draft, repeated: ReadonlySet<Stored>): Plan {
  const plan = matchRow(work, draft);
  if (!work.asker.access.all && plan.errors.length === 0) judgeRow(work, plan);
  const twice = refuseRepeated(work, draft, repeated);
  if (twice !== undefined) plan.errors.push(twice);
  const fault =
    plan.errors.length === 0 ? work.fault({ object: work.table.object, operation: work.operation, draft }) : undefined;
  if (fault !== undefined) plan.errors.push(fault);
  if (plan.errors.length === 0 && work.operation !== 'delete') checkRow(work, plan);
  return plan;
}

/** Holds a row against the user's rights; a row that is refused says nothing of what it met. */
function judgeRow({ store, asker, table, operation, externalIdField }: Work, plan: Plan): void {
  const byId = operation !== 'upsert' || externalIdField === undefined || externalIdField.type === 'id';
  const newOwner = plan.draft.values[table.owner ?? -1];
  const row = { table, operation, id: plan.created ? null : plan.id, byId, newOwner };
  const refused = refuseByRights(store.statements, asker, row);
  if (refused === undefined) return;
  plan.errors.push(refused);
  if (!byId) plan.id = null;
}

/** What names the rows of this chunk: an upsert's external id, or the Id; null for rows that nothing names. */
function keyOf({ operation, table, externalIdField }: Chunk, draft: Draft): Stored {
  if (operation === 'insert' || operation === 'delete') return null;
  if (operation === 'upsert' && externalIdField !== undefined && externalIdField.type !== 'id') {
    return comparedValue(externalIdField, draft.values[table.indexOf.get(externalIdField.name) ?? -1] ?? null);
  }
  return draft.id === undefined ? null : (toId18(draft.id) ?? null);
}

/** Keys that more than one row of the chunk carries: Salesforce refuses all of these rows. */
function findRepeated(work: Work): ReadonlySet<Stored> {
  const seen = new Set<Stored>();
  const repeated = new Set<Stored>();
  for (const draft of work.drafts) {
    const key = keyOf(work, draft);
    if (key === null) continue;
    if (seen.has(key)) repeated.add(key);
    seen.add(key);
  }
  return repeated;
}

function refuseRepeated(work: Work, draft: Draft, repeated: ReadonlySet<Stored>): RowError | undefined {
  if (repeated.size === 0) return undefined;
  const key = keyOf(work, draft);
  if (key === null || !repeated.has(key)) return undefined;
  const field = work.operation === 'upsert' ? work.externalIdField : undefined;
  if (field === undefined || field.type === 'id') {
    return { statusCode: 'DUPLICATE_VALUE', message: `Duplicate id specified: ${key}`, fields: ['Id'] };
  }
  const shown = draft.values[work.table.indexOf.get(field.name) ?? -1];
  return { statusCode: 'DUPLICATE_VALUE', message: `Duplicate external id specified: ${shown}`, fields: [field.name] };
}

/** Finds out whether a row is to be made or which one it changes. */
function matchRow(work: Work, draft: Draft): Plan {
  const plan: Plan = { draft, created: false, id: null, errors: [] };
  if (work.operation === 'insert') return matchInsert(plan);
  const field = work.externalIdField;
  if (work.operation === 'upsert' && field !== undefined && field.type !== 'id')
    return matchExternalId(work, plan, field);
  if (work.operation === 'upsert' && draft.id === undefined) return { ...plan, created: true };
  return matchId(work, plan);
}

function matchInsert(plan: Plan): Plan {
  if (plan.draft.id !== undefined) plan.errors.push(idNotWanted);
  return { ...plan, created: true };
}

const idNotWanted: RowError = {
  statusCode: 'INVALID_FIELD',
  message: 'The Id field should not be specified in the sobject data.',
  fields: [],
};

function matchId({ store, table, operation }: Work, plan: Plan): Plan {
  const given = plan.draft.id;
  const id = given === undefined ? undefined : toId18(given);
  if (id === undefined) {
    plan.errors.push(given === undefined ? idMissing(operation) : malformedId(given));
    return plan;
  }
  const state = stateOfRow(store.statements, table, id);
  if (state !== 'there') plan.errors.push(state === 'deleted' ? isDeleted : unknownRow);
  return { ...plan, id };
}

function idMissing(operation: Operation): RowError {
  return {
    statusCode: 'MISSING_ARGUMENT',
    message: `Id not specified in ${operation === 'delete' ? 'a delete' : 'an update'} call`,
    fields: [],
  };
}

function malformedId(given: string): RowError {
  return { statusCode: 'MALFORMED_ID', message: `malformed id ${given.slice(0, 40)}`, fields: ['Id'] };
}

function matchExternalId(work: Work, plan: Plan, field: Field): Plan {
  const value = plan.draft.values[work.table.indexOf.get(field.name) ?? -1] ?? null;
  if (plan.draft.id !== undefined) plan.errors.push(idNotWanted);
  if (value === null) {
    // A value that was refused is missing too, but its own refusal says more.
    if (plan.draft.errors.length === 0)
      plan.errors.push({ statusCode: 'MISSING_ARGUMENT', message: `${field.name} not specified`, fields: [] });
    return { ...plan, created: true };
  }
  const ids = findIds(work.store.statements, { table: work.table, field, value, reached: reachedBy(work, field) });
  if (ids.length > 1) plan.errors.push(manyMatches(field, ids));
  if (ids.length === 0 && work.updateOnly === true) {
    plan.errors.push({ statusCode: 'NOT_FOUND', message: 'The requested resource does not exist', fields: [] });
  }
  return { ...plan, created: ids.length === 0, id: ids.length === 1 ? (ids[0] ?? null) : null };
}

/** A value that is unique is met wherever it is, as Salesforce does; other values only in records the user sees. */
function reachedBy({ asker, table }: Work, field: Field): ReachCondition | undefined {
  return asker.access.all || field.unique ? undefined : reachCondition(asker, table.object);
}

/** Holds a row against its object and against other records; what is wrong is added to the plan. */
function checkRow(work: Work, plan: Plan): void {
  const { draft, errors } = plan;
  errors.push(...draft.errors);
  if (draft.guarded.length > 0) checkGuarded(plan);
  if (errors.length === 0) checkRequired(work.table, plan);
  if (errors.length === 0) resolveParents(work, plan);
}

function checkGuarded({ draft, created, errors }: Plan): void {
  const names = draft.guarded
    .filter((field) => !(created ? field.createable : field.updateable))
    .map(({ name }) => name);
  if (names.length === 0) return;
  const message = `Unable to create/update fields: ${names.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`;
  errors.push({ statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE', message, fields: names });
}

function checkRequired(table: SaveTable, { draft, created, errors }: Plan): void {
  const { values, lookups } = draft;
  const missing = created
    ? table.required.filter(
        ({ index }) => (values[index] ?? null) === null && !lookups.some(({ column }) => column === index),
      )
    : table.neverNull.filter(({ index }) => values[index] === null);
  if (missing.length === 0) return;
  const names = missing.map(({ field }) => field.name);
  errors.push({
    statusCode: 'REQUIRED_FIELD_MISSING',
    message: `Required fields are missing: [${names.join(', ')}]`,
    fields: names,
  });
}

function resolveParents({ parents, table }: Work, { draft, errors }: Plan): void {
  for (const { index, field } of table.references) {
    const id = draft.values[index];
    if (typeof id !== 'string') continue;
    const refused = parents.refuseId(field, id);
    if (refused !== undefined) errors.push(refused);
  }
  for (const lookup of draft.lookups) {
    const found = parents.find(lookup);
    if (isRefused(found)) errors.push(found);
    else draft.values[lookup.column] = found;
  }
}

function carryOut(work: Work, plan: Plan): SaveResult {
  const errors = plan.errors.length > 0 ? plan.errors : writeRow(work, plan);
  if (errors !== undefined) return { success: false, id: plan.id, created: plan.created, errors };
  return { success: true, id: plan.id ?? '', created: plan.created };
}

/** Writes a row that passed all checks but those that depend on the rows before it in the chunk. */
function writeRow(work: Work, plan: Plan): RowError[] | undefined {
  if (work.operation === 'delete') return deleteRow(work.store, deletionOf(work, plan.id ?? ''));
  const { keyPrefix } = work.table.object;
  const id = plan.id ?? idAt(keyPrefix + instancePart, work.store.ids.take(keyPrefix));
  const duplicate = findDuplicate(work, plan, id);
  if (duplicate !== undefined) return [duplicate];
  if (plan.created) insertRow(work, plan.draft, id);
  else updateRow(work, plan.draft, id);
  plan.id = id;
  return undefined;
}

function deletionOf({ table, asker, nowMs, pastBin = false }: Work, id: string): Deletion {
  return { table, id, asker, nowMs, pastBin };
}

/** What stands for a record the user does not see. */
const hiddenDuplicate: RowError = {
  statusCode: 'DUPLICATE_VALUE',
  message: 'duplicate value found: <unknown> duplicates value on record with id: <unknown>',
  fields: [],
};

function findDuplicate(
  { store, asker, table, operation, externalIdField }: Work,
  { draft }: Plan,
  id: string,
): RowError | undefined {
  for (const { index, field } of table.unique) {
    const value = draft.values[index];
    // What named the row of an upsert was looked up already, and twice in a chunk is refused.
    if (value === null || value === undefined || (operation === 'upsert' && field.name === externalIdField?.name))
      continue;
    const other = findOtherId(store.statements, { table, field, value, id });
    if (other !== undefined) {
      if (!asker.access.all && !reaches(store.statements, asker, { table, id: other })) return hiddenDuplicate;
      const message = `duplicate value found: ${field.name} duplicates value on record with id: ${other.slice(0, 15)}`;
      return { statusCode: 'DUPLICATE_VALUE', message, fields: [] };
    }
  }
  return undefined;
}

function insertRow({ store, table, asker, nowMs }: Work, { values }: Draft, id: string): void {
  const { userId } = asker;
  values[0] = id;
  for (const { index, value } of table.defaults) if (values[index] === undefined) values[index] = value;
  if (table.owner !== undefined) values[table.owner] ??= userId;
  for (const { index, field } of table.autoNumbers)
    values[index] = autoNumber(store.ids.take(`${table.object.name}.${field.name}`));
  if (table.nameFromId !== undefined) values[table.nameFromId] ??= id.slice(0, 15);
  for (const index of table.audit.createdBy) values[index] = userId;
  for (const index of table.audit.createdAt) values[index] = nowMs;
  stampChange(table, values, { userId, nowMs });
  if (table.personName !== undefined)
    values[table.personName.index] = fullName(table.personName.parts.map((index) => values[index] ?? null));
  for (let index = 0; index < values.length; index += 1) values[index] ??= null;
  store.statements(table.insertSql).run(...(values as Stored[]));
}

function stampChange(
  { audit }: SaveTable,
  values: (Stored | undefined)[],
  { userId, nowMs }: { userId: string; nowMs: number },
): void {
  for (const index of audit.changedBy) values[index] = userId;
  for (const index of audit.changedAt) values[index] = nowMs;
}

function autoNumber(number: number): string {
  return String(number).padStart(8, '0');
}

function fullName(parts: readonly Stored[]): Stored {
  const said = parts.filter((part) => part !== null && part !== '');
  return said.length === 0 ? null : said.join(' ');
}

function updateRow({ store, table, asker, nowMs }: Work, { values }: Draft, id: string): void {
  values[0] = undefined;
  if (table.personName !== undefined) renamePerson(store, table, values, id);
  stampChange(table, values, { userId: asker.userId, nowMs });
  const columns: Field[] = [];
  const bound: Stored[] = [];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    const field = table.columns[index];
    if (value === undefined || field === undefined) continue;
    columns.push(field);
    bound.push(value);
  }
  if (columns.length === 0) return;
  store.statements(`UPDATE ${table.sqlName} SET ${assignments(columns)} WHERE "Id" = ?`).run(...bound, id);
}

/** Puts the name of a person together again when one of its parts changes. */
function renamePerson({ statements }: Store, table: SaveTable, values: (Stored | undefined)[], id: string): void {
  const parts = table.personName?.parts ?? [];
  if (table.personName === undefined || parts.every((index) => values[index] === undefined)) return;
  const names = parts.map((index) => table.columns[index]?.name ?? '');
  const row = statements(
    `SELECT ${names.map((name) => `"${name}"`).join(', ')} FROM ${table.sqlName} WHERE "Id" = ?`,
  ).get(id);
  const now = parts.map((index, place) => {
    const value = values[index];
    return value === undefined ? ((row?.[names[place] ?? ''] as Stored | undefined) ?? null) : value;
  });
  values[table.personName.index] = fullName(now);
}
