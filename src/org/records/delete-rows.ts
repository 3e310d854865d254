/** Deletes a row into the bin (`IsDeleted`) or past it, and does to its children what their reference fields say. */
import type { ChildRelationship, Field } from '../schema/schema.ts';
import { assignments } from './matching.ts';
import { type Asker, reaches } from './reached-rows.ts';
import type { RowError } from './records.ts';
import type { Store } from './save-rows.ts';
import { quoted } from './statements.ts';
import type { Table } from './tables.ts';

export type Deletion = { table: Table; id: string; asker: Asker; nowMs: number; pastBin: boolean };

/** Children named in the refusal of a deletion. */
const maxChildrenNamed = 5;

/** Gives the refusal; undefined when the row and all that hangs on it are deleted. */
export function deleteRow(store: Store, deletion: Deletion): RowError[] | undefined {
  const gone = new Map<string, Deletion>();
  const refused = gather(store, deletion, gone);
  if (refused !== undefined) return [refused];
  for (const one of gone.values()) clearReferences(store, one);
  for (const one of gone.values()) {
    if (one.pastBin) removeRow(store, one);
    else markDeleted(store, one);
  }
  return undefined;
}

/** Collects what is to go with the row; stops at the first child that holds its parent fast. */
function gather(store: Store, deletion: Deletion, gone: Map<string, Deletion>): RowError | undefined {
  if (gone.has(deletion.id)) return undefined;
  if (gone.size === 0 && isGone(store, deletion))
    return { statusCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] };
  gone.set(deletion.id, deletion);
  for (const relationship of recordChildren(store, deletion.table)) {
    if (!relationship.field.cascadeDelete && !isRestricted(relationship.field)) continue;
    const table = store.tableOf(relationship.childObject);
    const children = childIds(store, table, relationship.field, deletion.id).filter((id) => !gone.has(id));
    if (children.length > 0 && !relationship.field.cascadeDelete)
      return heldFast(store, deletion, { relationship, children });
    for (const id of children) {
      const refused = gather(store, { ...deletion, table, id }, gone);
      if (refused !== undefined) return refused;
    }
  }
  return undefined;
}

function isGone({ statements }: Store, { table, id }: Deletion): boolean {
  return statements(`SELECT "IsDeleted" FROM ${table.sqlName} WHERE "Id" = ?`).get(id)?.IsDeleted !== 0;
}

function recordChildren({ schema }: Pick<Store, 'schema'>, { object }: Table): ChildRelationship[] {
  return schema.childRelationships(object).filter(({ childObject }) => childObject.store === 'records');
}

function isRestricted(field: Field): boolean {
  return field.restrictedDelete ?? !field.nillable;
}

function childIds({ statements }: Store, table: Table, field: Field, parentId: string): string[] {
  const sql = `SELECT "Id" FROM ${table.sqlName} WHERE ${quoted(field.name)} = ? AND "IsDeleted" = 0`;
  return statements(sql)
    .all(parentId)
    .map(({ Id }) => String(Id));
}

type Holding = { relationship: ChildRelationship; children: readonly string[] };

function heldFast(store: Store, { table, id, asker }: Deletion, { relationship, children }: Holding): RowError {
  const child = store.tableOf(relationship.childObject);
  const seen = children.filter((childId) => reaches(store.statements, asker, { table: child, id: childId }));
  const names = seen.slice(0, maxChildrenNamed).map((childId) => nameOf(store, child, childId));
  const label = relationship.childObject.labelPlural.toLowerCase();
  const message = `Your attempt to delete ${nameOf(store, table, id)} could not be completed because it is associated with the following ${label}.: ${names.join(', ')}`;
  return { statusCode: 'DELETE_FAILED', message, fields: [] };
}

function nameOf({ statements }: Store, table: Table, id: string): string {
  const field = table.columns.find(({ nameField }) => nameField);
  if (field === undefined) return id;
  return String(
    statements(`SELECT ${quoted(field.name)} AS name FROM ${table.sqlName} WHERE "Id" = ?`).get(id)?.name ?? id,
  );
}

/** Children that may stand alone lose the reference; that the org changed them shows in SystemModstamp, not as anybody's change. */
function clearReferences({ statements, tableOf, ...store }: Store, { table, id, nowMs }: Deletion): void {
  for (const { childObject, field } of recordChildren(store, table)) {
    if (field.cascadeDelete || isRestricted(field)) continue;
    const child = tableOf(childObject);
    const stamp = child.indexOf.has('SystemModstamp') ? ', "SystemModstamp" = max("SystemModstamp", ?)' : '';
    const sql = `UPDATE ${child.sqlName} SET ${quoted(field.name)} = NULL${stamp} WHERE ${quoted(field.name)} = ? AND "IsDeleted" = 0`;
    statements(sql).run(...(stamp === '' ? [] : [nowMs]), id);
  }
}

function removeRow({ statements }: Store, { table, id }: Deletion): void {
  statements(`DELETE FROM ${table.sqlName} WHERE "Id" = ?`).run(id);
}

function markDeleted({ statements }: Store, { table, id, asker, nowMs }: Deletion): void {
  const values: Record<string, string | number> = {
    LastModifiedById: asker.userId,
    LastModifiedDate: nowMs,
    SystemModstamp: nowMs,
  };
  const stamped = table.columns.filter(({ name }) => name in values);
  const set = ['"IsDeleted" = 1', ...(stamped.length > 0 ? [assignments(stamped)] : [])].join(', ');
  statements(`UPDATE ${table.sqlName} SET ${set} WHERE "Id" = ?`).run(
    ...stamped.map(({ name }) => values[name] ?? null),
    id,
  );
}
