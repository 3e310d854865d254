/** What `&columns=true` answers: a description of the columns of a query instead of its records. */
import type { Field, FieldType, SObject } from '../schema/schema.ts';
import { isAggregate, isPlainCount } from './aggregates.ts';
import { type Operand, resolveOperand } from './operands.ts';
import { parseSoql } from './parser.ts';
import { createScope, entityName, type Place, type Scope } from './scope.ts';
import { createTranslation, type Translating } from './translation.ts';
import type { Query, SelectItem } from './tree.ts';

type Column = {
  aggregate: boolean;
  apexType: string;
  booleanType: boolean;
  columnName: string;
  custom: boolean;
  displayName: string;
  foreignKeyName: string | null;
  insertable: boolean;
  joinColumns: Column[];
  numberType: boolean;
  textType: boolean;
  updatable: boolean;
};

const apexTypes: Partial<Record<FieldType, string>> = {
  id: 'Id',
  reference: 'Id',
  boolean: 'Boolean',
  int: 'Integer',
  double: 'Double',
  currency: 'Double',
  percent: 'Double',
  date: 'Date',
  datetime: 'Datetime',
  time: 'Time',
  address: 'Address',
};

/** Describes the columns of a query that was found to be good. */
export function describeColumns(translating: Translating): object {
  const query = parseSoql(translating.source);
  const scope = createScope(createTranslation(translating), query);
  const columnMetadata = isPlainCount(query) ? [] : columnsOf(scope, query);
  return {
    columnMetadata,
    entityName: scope.object.name,
    groupBy: query.groupBy.length > 0,
    idSelected: columnMetadata.some(({ columnName, aggregate }) => columnName === 'Id' && !aggregate),
    keyPrefix: scope.object.keyPrefix,
  };
}

function columnsOf(scope: Scope, query: Query): Column[] {
  const columns: Column[] = [];
  const names = { grouped: isAggregate(query), unnamed: 0 };
  for (const item of query.items) addItem(scope, columns, item, names);
  return columns;
}

type Names = { grouped: boolean; unnamed: number };

function addItem(scope: Scope, columns: Column[], item: SelectItem, names: Names): void {
  if (item.kind === 'children') columns.push(childColumn(scope, item.query));
  else if (item.kind === 'fields') addFields(scope, columns, item.which);
  else addExpression(scope, columns, item, names);
}

function addExpression(
  scope: Scope,
  columns: Column[],
  item: Extract<SelectItem, { kind: 'expression' }>,
  names: Names,
) {
  const operand = resolveOperand(scope, item.expression);
  const { field, place } = operand;
  if (names.grouped || !field || !place || item.alias) columns.push(groupColumn(operand, item.alias?.text, names));
  else columnsOfPlace(columns, place).push(fieldColumn(field, place.tables[0]?.object));
}

function addFields({ object }: Scope, columns: Column[], which: string): void {
  for (const field of object.fields) {
    if (which === 'ALL' || (which === 'CUSTOM') === field.custom) columns.push(fieldColumn(field, object));
  }
}

/** The columns of a parent, within those of the record. */
function columnsOfPlace(columns: Column[], place: Place): Column[] {
  if (place.parent === undefined) return columns;
  const above = columnsOfPlace(columns, place.parent);
  const known = above.find(
    ({ columnName, joinColumns }) => columnName === place.relationshipName && joinColumns.length > 0,
  );
  if (known) return known.joinColumns;
  const column = makeColumn({
    apexType: entityName(place),
    columnName: place.relationshipName,
    custom: place.field?.custom ?? false,
    foreignKeyName: place.field?.name ?? null,
  });
  above.push(column);
  return column.joinColumns;
}

function childColumn(scope: Scope, query: Query): Column {
  const name = (query.from.parts.at(-1) ?? '').toLowerCase();
  const { schema } = scope.translation;
  const relationship = schema.childRelationships(scope.object).find((each) => each.name?.toLowerCase() === name);
  const joinColumns = relationship
    ? columnsOf(createScope(scope.translation, query, relationship.childObject), query)
    : [];
  const columnName = relationship?.name ?? name;
  return makeColumn({ aggregate: true, apexType: relationship?.childObject.name ?? '', columnName, joinColumns });
}

/** A grouped field or a function; `displayName` says what it is, `columnName` under which name it comes. */
function groupColumn(operand: Operand, alias: string | undefined, names: Names): Column {
  const columnName = alias ?? (operand.plain ? operand.name : `expr${names.unnamed++}`);
  const aggregate = operand.aggregate || !operand.plain;
  return makeColumn({
    ...typeOf(operand.type),
    aggregate,
    columnName,
    displayName: aggregate ? operand.name : columnName,
  });
}

function fieldColumn(field: Field, object: SObject | undefined): Column {
  return makeColumn({
    ...typeOf(field.type),
    columnName: field.name,
    custom: field.custom,
    insertable: field.createable && object?.createable === true,
    updatable: field.updateable && object?.updateable === true,
  });
}

function typeOf(type: FieldType) {
  const apexType = apexTypes[type] ?? 'String';
  const numberType = ['int', 'double', 'currency', 'percent'].includes(type);
  return {
    apexType,
    numberType,
    booleanType: type === 'boolean',
    textType: apexType === 'String' || apexType === 'Id',
  };
}

function makeColumn(given: Pick<Column, 'apexType' | 'columnName'> & Partial<Column>): Column {
  return {
    aggregate: false,
    booleanType: false,
    custom: false,
    displayName: given.columnName,
    foreignKeyName: null,
    insertable: false,
    joinColumns: [],
    numberType: false,
    textType: false,
    updatable: false,
    ...given,
  };
}
