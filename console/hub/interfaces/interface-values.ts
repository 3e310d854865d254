/** An interface as the form holds it, and the definition that is made of it. */
import type { HubOperation } from '../../../src/hub/index.ts';
import { type AnswerOf, ApiFailure } from '../../ui/api.ts';
import { text } from '../text.ts';
import { type AdvancedValues, advancedOf, writtenAdvanced } from './advanced-values.ts';
import { type Line, linesOf, mappingOf, type Plain } from './lines.ts';
import { merged } from './merge.ts';

const words = text.interfaces;

export type Kept = AnswerOf<HubOperation, 'GET', '/interfaces/:id'>;
export type Definition = Kept['definition'];

export type PlaceKind = 'table' | 'query' | 'file';
export type ScheduleKind = 'none' | 'cron' | 'every';

export type InterfaceValues = AdvancedValues & {
  /** That the form began with; 0 for a new one. */
  version: number;
  /** What stood in that version. */
  base: Plain;
  type: 'inbound' | 'outbound';
  integration: string;
  name: string;
  object: string;
  operation: string;
  sequence: string;
  externalId: string;
  key: string;
  mode: string;
  maxRetries: string;
  connection: string;
  status: string;
  placeKind: PlaceKind;
  place: string;
  where: string;
  create: boolean;
  deleted: string;
  deletedColumn: string;
  targetKey: string;
  changes: string;
  nulls: string;
  scheduleKind: ScheduleKind;
  cron: string;
  every: string;
  timeZone: string;
  missed: string;
  lines: readonly Line[];
  tests: readonly unknown[];
};

export type Change = (part: Partial<InterfaceValues>) => void;
export type EditProps = { values: InterfaceValues; change: Change };

const texts = ['integration', 'name', 'object', 'externalId', 'key', 'connection', 'where'] as const;

const textOf = (value: unknown) => (value === undefined || value === null ? '' : String(value));

export function valuesOf(definition: Plain, version: number): InterfaceValues {
  const { type = 'inbound', operation, mode = 'auto', status = 'undeployed', changes = 'full' } = definition;
  const { sequence, maxRetries, nulls = 'clear', tests = [] } = definition;
  return {
    ...(Object.fromEntries(texts.map((name) => [name, textOf(definition[name])])) as Pick<
      InterfaceValues,
      (typeof texts)[number]
    >),
    version,
    base: definition,
    type: type as InterfaceValues['type'],
    operation: textOf(operation ?? (type === 'outbound' ? 'queryAll' : 'upsert')),
    ...{ mode: textOf(mode), status: textOf(status), changes: textOf(changes), nulls: textOf(nulls) },
    ...{ sequence: textOf(sequence), maxRetries: textOf(maxRetries) },
    ...placeOf(definition),
    ...scheduleOf(Object(definition.schedule) as Plain),
    lines: linesOf(definition),
    tests: tests as readonly unknown[],
    ...advancedOf(definition),
  };
}

function placeOf({ source, target }: Plain) {
  const place = Object(source ?? target) as Plain;
  const placeKind = (['query', 'file'] as const).find((kind) => place[kind] !== undefined) ?? 'table';
  const { create = false, deleted, deletedColumn, key } = Object(target) as Plain;
  return {
    placeKind: placeKind as PlaceKind,
    place: textOf(place[placeKind]),
    create: create === true,
    deleted: textOf(deleted),
    deletedColumn: textOf(deletedColumn),
    targetKey: textOf(key),
  };
}

function scheduleOf({ cron, every, timeZone, missed = 'run' }: Plain) {
  const scheduleKind: ScheduleKind = cron !== undefined ? 'cron' : every !== undefined ? 'every' : 'none';
  return { scheduleKind, cron: textOf(cron), every: textOf(every), timeZone: textOf(timeZone), missed: textOf(missed) };
}

const given = (name: string, value: string) => (value.trim() === '' ? {} : { [name]: value.trim() });

/**
 * What nobody has changed stays to the letter as it stood: members this form does not know, and what is said although it would hold
 * unsaid too. Throws ApiFailure for what is no number.
 */
export function definitionOf(values: InterfaceValues): Definition {
  const { type, base, version } = values;
  const { type: typeBefore = 'inbound', name } = base;
  const said = written(values);
  const isOther = name === undefined || typeBefore !== type;
  const kept = isOther ? said : merged({ before: written(valuesOf(base, version)), theirs: base, mine: said });
  return kept as Definition;
}

/** All of it, in the fewest words. */
function written(values: InterfaceValues): Plain {
  const { type, base, tests } = values;
  const isOutbound = type === 'outbound';
  return {
    ...{ name: values.name.trim(), type, connection: values.connection },
    ...given('integration', values.integration),
    ...{ object: values.object.trim(), operation: values.operation, status: values.status },
    ...(values.mode === 'auto' && base.mode === undefined ? {} : { mode: values.mode }),
    ...numberOf('sequence', values.sequence),
    ...numberOf('maxRetries', values.maxRetries),
    ...(values.scheduleKind === 'none' ? {} : { schedule: writtenSchedule(values) }),
    ...(isOutbound ? outboundPart(values) : inboundPart(values)),
    ...mappingOf(values.lines, isOutbound),
    ...(tests.length === 0 ? {} : { tests }),
    ...writtenAdvanced(values, isOutbound),
  };
}

function inboundPart({ operation, externalId, key, nulls, base, ...values }: InterfaceValues): Plain {
  return {
    source: sourceOf(values),
    ...(operation === 'upsert' ? given('externalId', externalId) : {}),
    ...given('key', key),
    ...(nulls === 'clear' && base.nulls === undefined ? {} : { nulls }),
  };
}

/** Where rows come from. */
export function sourceOf({ placeKind, place }: Pick<InterfaceValues, 'placeKind' | 'place'>) {
  return { [placeKind]: place.trim() } as { table: string };
}

function outboundPart(values: InterfaceValues): Plain {
  const { placeKind, place, create, deleted, deletedColumn, targetKey, where, changes, base } = values;
  const target = {
    [placeKind]: place.trim(),
    ...(create ? { create } : {}),
    ...given('deleted', deleted),
    ...(isMarking(values) ? given('deletedColumn', deletedColumn) : {}),
    ...given('key', targetKey),
  };
  return { target, ...given('where', where), ...(changes === 'full' && base.changes === undefined ? {} : { changes }) };
}

/** Whether rows whose records are gone are marked in a column. */
export function isMarking({ operation, deleted }: Pick<InterfaceValues, 'operation' | 'deleted'>): boolean {
  return deleted === 'mark' || (deleted === '' && operation !== 'query');
}

/** As it is now, also while it is not complete. */
export function writtenSchedule({ scheduleKind, cron, every, timeZone, missed, base }: InterfaceValues) {
  const { overlap } = Object(base.schedule) as Plain;
  return {
    ...(scheduleKind === 'cron' ? { cron: cron.trim() } : { every: every.trim() }),
    ...given('timeZone', timeZone),
    ...(missed === 'skip' ? { missed: 'skip' as const } : {}),
    ...(overlap === undefined ? {} : { overlap: 'never' as const }),
  };
}

/** For what cannot wait until they are numbers. */
export function withNumbersAsTheyStood(values: InterfaceValues): InterfaceValues {
  const { sequence, maxRetries, allowRejects, maxBytes, maxRows, lookBackMinutes } = valuesOf(
    values.base,
    values.version,
  );
  return { ...values, sequence, maxRetries, allowRejects, maxBytes, maxRows, lookBackMinutes };
}

function numberOf(name: 'sequence' | 'maxRetries', typed: string): Plain {
  if (typed.trim() === '') return {};
  if (/^\d{1,6}$/.test(typed.trim())) return { [name]: Number(typed) };
  throw new ApiFailure(400, [{ field: name, ...words.wholeNumber(words.fields[name]) }]);
}
