/** Functions on texts. Letters are counted in UTF-16 units, as Salesforce counts them. */
import { type Argument, type Call, type FunctionEntry, strict } from '../function-entry.ts';
import { toWhole } from '../numbers.ts';
import { type Num, orBlank, type Run } from '../value.ts';
import { caseSafeId } from './case-safe-id.ts';
import { compileRegex } from './regex.ts';

const group = 'Text';
const text: Argument = { name: 'text', type: 'Text' };
const compareText: Argument = { name: 'compare_text', type: 'Text' };
const letters: Argument = { name: 'num_chars', type: 'Number' };
const padded: readonly Argument[] = [
  text,
  { name: 'padded_length', type: 'Number' },
  { name: 'pad_text', type: 'Text', optional: true },
];

const count = (number: Num) => Math.max(0, toWhole(number));

/** A blank compare_text is in every text, and nothing but that in a blank one. */
const contains = (found: (text: string, part: string) => boolean) => (args: readonly Run[]) => {
  const [whole, part] = args as [Run, Run];
  return (row: Parameters<Run>[0]) => found((whole(row) ?? '') as string, (part(row) ?? '') as string);
};

const pad = (put: (text: string, length: number, fill: string) => string) =>
  strict((value: string, length: Num, fill = ' ') => {
    const wanted = count(length);
    return orBlank(wanted <= value.length ? value.slice(0, wanted) : put(value, Math.min(wanted, maxLetters), fill));
  });

/** Longer than any Salesforce field. */
const maxLetters = 131_072;

/** Blanks, tabs and line ends at both ends, as Java trims. */
function trim(value: string): string {
  let from = 0;
  let to = value.length;
  while (from < to && value.charCodeAt(from) <= 32) from++;
  while (to > from && value.charCodeAt(to - 1) <= 32) to--;
  return value.slice(from, to);
}

const find = (args: readonly Run[]): Run => {
  const [part, whole, start] = args as [Run, Run, Run | undefined];
  return (row) => {
    const wanted = part(row) as string | null;
    const within = whole(row) as string | null;
    if (wanted === null || within === null) return 0;
    return within.indexOf(wanted, start ? toWhole((start(row) ?? 1) as Num) - 1 : 0) + 1;
  };
};

/** As long as a result can be when every letter is replaced: more than that may fill the memory. */
const maxSubstituted = 1 << 24;

function substitute(args: readonly Run[], { fail }: Call): Run {
  const [value, old, fresh] = args as [Run, Run, Run];
  return (row) => {
    const within = value(row) as string | null;
    const wanted = old(row) as string | null;
    if (within === null || wanted === null) return within;
    const instead = (fresh(row) ?? '') as string;
    if (within.length * instead.length > maxSubstituted) throw fail('the result of SUBSTITUTE may become too long');
    return orBlank(within.replaceAll(wanted, () => instead));
  };
}

function capitalize(value: string): string {
  return value.toLowerCase().replaceAll(/(?<![\p{L}\p{N}])\p{L}/gu, (letter) => letter.toUpperCase());
}

export const textFunctions: readonly FunctionEntry[] = [
  {
    name: 'ASCII',
    group,
    args: [text],
    result: 'Number',
    sentence: 'The code of the first letter.',
    example: ['ASCII("A")', '65'],
    compile: strict((value: string) => value.codePointAt(0) ?? null),
  },
  {
    name: 'BEGINS',
    group,
    args: [text, compareText],
    result: 'Boolean',
    sentence: 'TRUE when the text begins with compare_text, by upper and lower case.',
    example: ['BEGINS("Sluice", "Sl")', 'true'],
    compile: contains((whole, part) => whole.startsWith(part)),
  },
  {
    name: 'BR',
    group,
    args: [],
    result: 'Text',
    sentence: 'A line break.',
    example: ['LEN("a" & BR() & "b")', '3'],
    compile: () => () => '\n',
  },
  {
    name: 'CASESAFEID',
    group,
    args: [{ name: 'id', type: 'Text' }],
    result: 'Text',
    sentence: 'A Salesforce id of 15 letters made 18 letters long; one of 18 stays as it is.',
    example: ['CASESAFEID("0019H00000H1RMD")', '0019H00000H1RMDQA3'],
    compile: caseSafeId,
  },
  {
    name: 'CHR',
    group,
    args: [{ name: 'number', type: 'Number' }],
    result: 'Text',
    sentence: 'The letter with this code.',
    example: ['CHR(8364)', '€'],
    compile: strict((code: Num) => orBlank(String.fromCodePoint(Math.min(count(code), 0x10ffff)))),
  },
  {
    name: 'CONTAINS',
    group,
    args: [text, compareText],
    result: 'Boolean',
    sentence: 'TRUE when compare_text is somewhere in the text, by upper and lower case.',
    example: ['CONTAINS("Sluice", "luic")', 'true'],
    compile: contains((whole, part) => whole.includes(part)),
  },
  {
    name: 'FIND',
    group,
    args: [{ name: 'search_text', type: 'Text' }, text, { name: 'start', type: 'Number', optional: true }],
    result: 'Number',
    sentence: 'Where search_text first stands in the text, counted from 1; 0 when it is not there.',
    example: ['FIND("@", "ada@example.org")', '4'],
    compile: find,
  },
  {
    name: 'INITCAP',
    group,
    args: [text],
    result: 'Text',
    sentence: 'The first letter of each word large, all others small.',
    example: ['INITCAP("ada LOVELACE")', 'Ada Lovelace'],
    compile: strict(capitalize),
  },
  {
    name: 'LEFT',
    group,
    args: [text, letters],
    result: 'Text',
    sentence: 'So many letters from the beginning.',
    example: ['LEFT("Sluice", 2)', 'Sl'],
    compile: strict((value: string, length: Num) => orBlank(value.slice(0, count(length)))),
  },
  {
    name: 'LEN',
    group,
    args: [text],
    result: 'Number',
    sentence: 'How many letters the text has; 0 when it is blank.',
    example: ['LEN("Sluice")', '6'],
    compile: (args) => {
      const [value] = args as [Run];
      return (row) => ((value(row) ?? '') as string).length;
    },
  },
  {
    name: 'LOWER',
    group,
    args: [text],
    result: 'Text',
    sentence: 'All letters small.',
    example: ['LOWER("SLUICE")', 'sluice'],
    compile: strict((value: string) => value.toLowerCase()),
  },
  {
    name: 'LPAD',
    group,
    args: padded,
    result: 'Text',
    sentence: 'Filled up at the left to a length, with pad_text or blanks; what is longer is cut at the right.',
    example: ['LPAD("42", 5, "0")', '00042'],
    compile: pad((value, length, fill) => value.padStart(length, fill)),
  },
  {
    name: 'MID',
    group,
    args: [text, { name: 'start_num', type: 'Number' }, letters],
    result: 'Text',
    sentence: 'So many letters from a place on, which is counted from 1.',
    example: ['MID("Sluice", 2, 3)', 'lui'],
    compile: strict((value: string, start: Num, length: Num) => {
      const from = Math.max(1, toWhole(start)) - 1;
      return orBlank(value.slice(from, from + count(length)));
    }),
  },
  {
    name: 'REGEX',
    group,
    args: [text, { name: 'regex_text', type: 'Text' }],
    result: 'Boolean',
    sentence:
      'TRUE when the whole text fits the regular expression. Look-around and back-references are not known here.',
    example: [String.raw`REGEX("D-10115", "[A-Z]-\\d{5}")`, 'true'],
    compile: compileRegex,
  },
  {
    name: 'REVERSE',
    group,
    args: [text],
    result: 'Text',
    sentence: 'The letters in reverse order.',
    example: ['REVERSE("abc")', 'cba'],
    compile: strict((value: string) => [...value].reverse().join('')),
  },
  {
    name: 'RIGHT',
    group,
    args: [text, letters],
    result: 'Text',
    sentence: 'So many letters from the end.',
    example: ['RIGHT("Sluice", 3)', 'ice'],
    compile: strict((value: string, length: Num) => orBlank(value.slice(Math.max(0, value.length - count(length))))),
  },
  {
    name: 'RPAD',
    group,
    args: padded,
    result: 'Text',
    sentence: 'Filled up at the right to a length, with pad_text or blanks; what is longer is cut.',
    example: ['RPAD("42", 5, "x")', '42xxx'],
    compile: pad((value, length, fill) => value.padEnd(length, fill)),
  },
  {
    name: 'SUBSTITUTE',
    group,
    args: [text, { name: 'old_text', type: 'Text' }, { name: 'new_text', type: 'Text' }],
    result: 'Text',
    sentence: 'Every old_text in the text replaced by new_text, which may be blank.',
    example: ['SUBSTITUTE("1.234.567", ".", "")', '1234567'],
    compile: substitute,
  },
  {
    name: 'TRIM',
    group,
    args: [text],
    result: 'Text',
    sentence: 'The text without blanks, tabs and line ends at its beginning and end.',
    example: ['TRIM("  a b ")', 'a b'],
    compile: strict((value: string) => orBlank(trim(value))),
  },
  {
    name: 'UPPER',
    group,
    args: [text],
    result: 'Text',
    sentence: 'All letters large.',
    example: ['UPPER("straße")', 'STRASSE'],
    compile: strict((value: string) => value.toUpperCase()),
  },
];
