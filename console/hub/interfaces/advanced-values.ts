/** What is seldom set of an interface, as the form holds it, and what the definition says of it. */
import { ApiFailure } from '../../ui/api.ts';
import { numberEntered } from '../number-entered.ts';
import { text } from '../text.ts';
import type { Plain } from './lines.ts';

const words = text.interfaces;

/** What a column or field holds, as formulas see it. */
export type ColumnType = { name: string; holds: string };

export type AdvancedValues = {
  /** Empty: as usual, which is on. */
  check: string;
  allowRejects: string;
  maxBytes: string;
  maxRows: string;
  /** Of the values; that of the schedule is another. */
  dataTimeZone: string;
  lookBackMinutes: string;
  types: readonly ColumnType[];
};

const textOf = (value: unknown) => (value === undefined || value === null ? '' : String(value));

export function advancedOf(definition: Plain): AdvancedValues {
  const { maxBytes, maxRows } = Object(definition.chunk) as Plain;
  const types = Object(definition.columns ?? definition.fieldTypes) as Readonly<Record<string, string>>;
  return {
    check: textOf(definition.check),
    allowRejects: textOf(definition.allowRejects),
    ...{ maxBytes: textOf(maxBytes), maxRows: textOf(maxRows) },
    dataTimeZone: textOf(definition.timeZone),
    lookBackMinutes: textOf(definition.lookBackMinutes),
    types: Object.entries(types).map(([name, holds]) => ({ name, holds })),
  };
}

/** Members that are written here. */
export const advancedNames = ['check', 'allowRejects', 'chunk', 'timeZone', 'lookBackMinutes', 'columns', 'fieldTypes'];

/** Nothing of what is as usual. Throws ApiFailure for what is no number. */
export function writtenAdvanced(values: AdvancedValues, isOutbound: boolean): Plain {
  const { dataTimeZone } = values;
  return {
    ...(dataTimeZone.trim() === '' ? {} : { timeZone: dataTimeZone.trim() }),
    ...(isOutbound ? writtenOutbound(values) : writtenInbound(values)),
  };
}

function writtenOutbound({ lookBackMinutes, types }: AdvancedValues): Plain {
  const minutes = minutesOf(lookBackMinutes.trim());
  return { ...(minutes === undefined ? {} : { lookBackMinutes: minutes }), ...writtenTypes('fieldTypes', types) };
}

function writtenInbound({ check, allowRejects, maxBytes, maxRows, types }: AdvancedValues): Plain {
  const bytes = number('maxBytes', maxBytes, 'chunk.maxBytes');
  const rows = number('maxRows', maxRows, 'chunk.maxRows');
  const chunk = {
    ...(bytes === undefined ? {} : { maxBytes: bytes }),
    ...(rows === undefined ? {} : { maxRows: rows }),
  };
  return {
    ...(check === '' ? {} : { check }),
    ...(allowRejects.trim() === '' ? {} : { allowRejects: rejectsOf(allowRejects.trim()) }),
    ...(Object.keys(chunk).length === 0 ? {} : { chunk }),
    ...writtenTypes('columns', types),
  };
}

function writtenTypes(member: 'columns' | 'fieldTypes', types: readonly ColumnType[]): Plain {
  const named = types.filter(({ name }) => name.trim() !== '').map(({ name, holds }) => [name.trim(), holds]);
  return named.length === 0 ? {} : { [member]: Object.fromEntries(named) };
}

/** Parts of one too. */
function minutesOf(typed: string): number | undefined {
  if (typed === '') return undefined;
  if (/^\d{1,4}(\.\d{1,9})?$/.test(typed)) return Number(typed);
  throw new ApiFailure(400, [{ field: 'lookBackMinutes', ...words.minutesWanted }]);
}

function number(name: 'maxBytes' | 'maxRows', typed: string, field: string) {
  return numberEntered(typed, field, words.wholeNumber(words.fields[name]));
}

/** A number of rows, or a share of them. */
function rejectsOf(typed: string): number | string {
  if (/^\d{1,15}$/.test(typed)) return Number(typed);
  if (/^(100|\d{1,2}(\.\d+)?)%$/.test(typed)) return typed;
  throw new ApiFailure(400, [{ field: 'allowRejects', ...words.rejectsWanted }]);
}
