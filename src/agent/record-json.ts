/** Makes of a CSV row the JSON record that has the same effect over the collections API. */

import { nullMark } from '../mapping/index.ts';
import type { FieldDescribe, SObjectDescribe } from '../salesforce/index.ts';

const numberTypes = new Set(['int', 'long', 'double', 'currency', 'percent']);

type PutCell = (record: Record<string, unknown>, cell: string) => void;

/**
 * `#N/A` becomes null, an empty cell is left out (Bulk ignores it, so the field keeps its value), a parent by external id
 * becomes an object, and values take the JSON type of their field.
 */
export function createRecordMaker(
  header: readonly string[],
  describe: SObjectDescribe,
): (cells: readonly string[]) => Record<string, unknown> {
  const columns = header.map((name) => (name.includes('.') ? parentCell(name, describe) : plainCell(name, describe)));
  return (cells) => {
    const record: Record<string, unknown> = {};
    columns.forEach((put, place) => {
      const cell = cells[place] ?? '';
      if (cell !== '') put(record, cell);
    });
    return record;
  };
}

export function findField(describe: SObjectDescribe, name: string): FieldDescribe | undefined {
  return describe.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
}

/** `Account.Ext__c`, `My__r.Ext__c`, or `Lead:Who.Ext__c` where the parent may be of several objects. */
export type ParentColumn = { type: string | null; relationship: string; field: string };

export function parseParentColumn(name: string): ParentColumn {
  const [before = '', field = ''] = name.split('.', 2);
  const [type, relationship] = before.includes(':') ? before.split(':', 2) : [null, before];
  return { type: type ?? null, relationship: relationship ?? '', field };
}

export function findLookup(describe: SObjectDescribe, relationship: string): FieldDescribe | undefined {
  return describe.fields.find((field) => field.relationshipName?.toLowerCase() === relationship.toLowerCase());
}

function plainCell(name: string, describe: SObjectDescribe): PutCell {
  const type = findField(describe, name)?.type ?? 'string';
  return (record, cell) => {
    record[name] = cell === nullMark ? null : typedValue(cell, type);
  };
}

/** A parent is cleared by its id field: a relationship cannot be null in JSON. */
function parentCell(name: string, describe: SObjectDescribe): PutCell {
  const { type, relationship, field } = parseParentColumn(name);
  const lookup = findLookup(describe, relationship)?.name ?? relationship;
  const attributes = type === null ? {} : { attributes: { type } };
  return (record, cell) => {
    if (cell === nullMark) record[lookup] = null;
    else record[relationship] = { ...attributes, [field]: cell };
  };
}

/** A text that is no value of the type goes as it is, so that Salesforce refuses it in its own words; so does a number that JSON would round. */
function typedValue(cell: string, type: string): unknown {
  if (type === 'boolean' && /^(true|false)$/i.test(cell)) return cell.toLowerCase() === 'true';
  if (numberTypes.has(type) && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(cell)) {
    const value = Number(cell);
    const digits = cell.replace(/[-.]/g, '').replace(/^0+/, '').length;
    return digits <= 15 ? value : cell;
  }
  return cell;
}
