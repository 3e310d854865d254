/** What creating a bulk job says in its JSON, whichever way the rows go. */
import type { Job } from '../records/index.ts';
import { refuse } from './refusals.ts';

type Given = Readonly<Record<string, unknown>>;

const delimiters = ['BACKQUOTE', 'CARET', 'COMMA', 'PIPE', 'SEMICOLON', 'TAB'] as const;
const lineEndings = ['LF', 'CRLF'] as const;

const jobInvalid = (message: string) => refuse(400, 'INVALIDJOB', message);

/** The form of the CSV; commas and LF where nothing is said. */
export function csvFormOf(given: Given): Pick<Job, 'columnDelimiter' | 'lineEnding'> {
  if ((given.contentType ?? 'CSV') !== 'CSV') throw jobInvalid('ContentType must be CSV');
  return {
    columnDelimiter: oneOf(given, 'columnDelimiter', delimiters, 'COMMA'),
    lineEnding: oneOf(given, 'lineEnding', lineEndings, 'LF'),
  };
}

export function optionalText(given: Given, name: string): string | undefined {
  const value = given[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw jobInvalid(`${name} must be a text`);
  return value;
}

export function requiredText(given: Given, name: string): string {
  const value = optionalText(given, name);
  if (value === undefined) throw jobInvalid(`${name} is required`);
  return value;
}

function oneOf<Known extends string>(given: Given, name: string, known: readonly Known[], preset: Known): Known {
  const value = optionalText(given, name)?.toUpperCase() ?? preset;
  const found = known.find((item) => item === value);
  if (found === undefined) throw jobInvalid(`${name} must be one of ${known.join(', ')}`);
  return found;
}

/** `2026-11-21T17:50:19.000+0000` of milliseconds since 1970. */
export function datetime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+0000');
}
