/** Functions from text to another type, and back. */
import {
  dateInZone,
  dateOfText,
  dayMs,
  instantOfText,
  textOfDate,
  textOfInstant,
  textOfTime,
  timeOfText,
} from '../calendar.ts';
import { type Compile, type FunctionEntry, strict, strictIn } from '../function-entry.ts';
import { numberOfText, textOfNumber } from '../numbers.ts';
import type { FormulaType, Num, Run, Value } from '../value.ts';

const asIs: Compile = ([value]) => value as Run;

/** A text read as another type; one that is none of it refuses the row. */
const read = (parse: (text: string) => Value | undefined, kind: string) =>
  strictIn(({ fail }) => (text: string) => {
    const value = parse(text);
    if (value === undefined) throw fail(`"${text}" is no ${kind}`);
    return value;
  });

/** By the type of the first argument. */
const byType =
  (ways: Partial<Record<FormulaType, Compile>>): Compile =>
  (args, call) =>
    (ways[call.types[0] as FormulaType] ?? asIs)(args, call);

const textOfInstantToSecond = (instant: number) => textOfInstant(instant).replace('T', ' ').replace(/\.\d+/, '');

export const conversionFunctions: readonly FunctionEntry[] = [
  {
    name: 'TEXT',
    group: 'Text',
    args: [{ name: 'value', type: ['Number', 'Date', 'DateTime', 'Time', 'Text'] }],
    result: 'Text',
    sentence:
      'A number, date (2026-03-29), date/time (2026-03-29 02:30:00Z) or time (02:30:00.000) as text; a text, such as the value of a picklist, stays as it is.',
    example: ['TEXT(1250.50)', '1250.5'],
    compile: byType({
      Number: strict((number: Num) => textOfNumber(number)),
      Date: strict(textOfDate),
      DateTime: strict(textOfInstantToSecond),
      Time: strict(textOfTime),
    }),
  },
  {
    name: 'VALUE',
    group: 'Text',
    args: [{ name: 'text', type: 'Text' }],
    result: 'Number',
    sentence: 'The number that the text is; a text that is none refuses the row.',
    example: ['VALUE("12.50") * 2', '25'],
    compile: read(numberOfText, 'number'),
  },
  {
    name: 'DATEVALUE',
    group: 'Date and time',
    args: [{ name: 'expression', type: ['Text', 'DateTime', 'Date'] }],
    result: 'Date',
    sentence: "The date that a text (2026-03-29) is, or the day of a date/time in the interface's time zone.",
    example: ['DATEVALUE("2026-03-29") + 1', '2026-03-30'],
    compile: byType({
      Text: read(dateOfText, 'date, such as 2026-03-29'),
      DateTime: strictIn(
        ({ context }) =>
          (instant: number) =>
            dateInZone(instant, context.timeZone),
      ),
    }),
  },
  {
    name: 'DATETIMEVALUE',
    group: 'Date and time',
    args: [{ name: 'expression', type: ['Text', 'Date', 'DateTime'] }],
    result: 'DateTime',
    sentence:
      'The date/time that a text is (2026-03-29 02:30:00, in UTC unless it ends with an offset), or the midnight in UTC that begins a date.',
    example: ['DATETIMEVALUE("2026-03-29 02:30:00")', '2026-03-29T02:30:00.000Z'],
    compile: byType({
      Text: read((text) => instantOfText(text) ?? midnightOf(text), 'date/time, such as 2026-03-29 02:30:00'),
      Date: strict((date: number) => date * dayMs),
    }),
  },
  {
    name: 'TIMEVALUE',
    group: 'Date and time',
    args: [{ name: 'expression', type: ['Text', 'DateTime', 'Time'] }],
    result: 'Time',
    sentence: 'The time that a text (02:30:00.000) is, or the time of a date/time in UTC.',
    example: ['TIMEVALUE("17:30:00.000")', '17:30:00.000Z'],
    compile: byType({
      Text: read(timeOfText, 'time, such as 17:30:00.000'),
      DateTime: strict((instant: number) => ((instant % dayMs) + dayMs) % dayMs),
    }),
  },
];

function midnightOf(text: string): number | undefined {
  const date = dateOfText(text);
  return date === undefined ? undefined : date * dayMs;
}
