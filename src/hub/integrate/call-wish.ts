/** What a call asks for in its address and headers. */
import type { IncomingHttpHeaders } from 'node:http';
import { findNearestName } from '../../base/index.ts';
import { longestRunWaitMs } from '../../protocol/index.ts';
import { refuseCall, refuseField } from '../../web/index.ts';
import type { CallMode } from '../store/index.ts';
import type { BodyFormat } from './read-records.ts';

export type WishedMode = CallMode | 'Auto';

export type CallWish = {
  integration: string;
  interface: string;
  /** Left out: the interface's own. */
  mode: WishedMode | undefined;
  requestFormat: BodyFormat;
  responseFormat: BodyFormat;
  waitMs: number | undefined;
  idempotencyKey: string | undefined;
  /** The parameters in one form, whatever their order. */
  canonical: string;
};

export const callParameters = [
  'integration',
  'interface',
  'mode',
  'request-format',
  'response-format',
  'wait',
] as const;
const modes = ['Synchronous', 'Asynchronous', 'Batch', 'Bulk', 'Auto'] as const;
const formats = ['JSON', 'CSV'] as const;

type AddressWish = Omit<CallWish, 'requestFormat' | 'idempotencyKey'> & { requestFormat: BodyFormat | undefined };

/** Throws ApiRefused 400, 415. */
export type WishReader = (search: string, headers: IncomingHttpHeaders) => CallWish;

const mostRemembered = 200;
const longestRemembered = 500;

/** Programs call the same few addresses again and again: what an address says is remembered, what is wrong with one is not. */
export function createWishReader(): WishReader {
  const known = new Map<string, AddressWish>();
  const readAddress = (search: string): AddressWish => {
    const found = known.get(search) ?? readAddressWish(new URLSearchParams(search));
    if (known.size >= mostRemembered) known.clear();
    if (search.length <= longestRemembered) known.set(search, found);
    return found;
  };
  return (search, headers) => {
    const said = readAddress(search);
    const requestFormat = said.requestFormat ?? formatOf(headers);
    return { ...said, requestFormat, idempotencyKey: readIdempotencyKey(headers) };
  };
}

function readAddressWish(search: URLSearchParams): AddressWish {
  const given = readParameters(search);
  return {
    integration: requireName(given, 'integration'),
    interface: requireName(given, 'interface'),
    mode: chooseOf(given, 'mode', modes),
    requestFormat: chooseOf(given, 'request-format', formats),
    responseFormat: chooseOf(given, 'response-format', formats) ?? 'JSON',
    waitMs: readWait(given.get('wait')),
    canonical: JSON.stringify([...given].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}

/** Blanks around a value come from copied addresses, and mean nothing. */
function readParameters(search: URLSearchParams): Map<string, string> {
  const given = new Map<string, string>();
  for (const [name, value] of search) {
    if (!(callParameters as readonly string[]).includes(name)) {
      const nearest = findNearestName(name, callParameters);
      const next = nearest === undefined ? `There are: ${callParameters.join(', ')}.` : `Is ${nearest} meant?`;
      throw refuseField(name.slice(0, 80), `There is no parameter ${name.slice(0, 80)}.`, next);
    }
    if (given.has(name)) throw refuseField(name, `The parameter ${name} is there twice.`, 'Give it once.');
    given.set(name, value.trim());
  }
  return given;
}

function requireName(given: ReadonlyMap<string, string>, name: 'integration' | 'interface'): string {
  const value = given.get(name) ?? '';
  if (value !== '' && value.length <= 80) return value;
  throw refuseField(
    name,
    `The parameter ${name} is missing or too long.`,
    `Add ?${name}= with the name it has at the hub.`,
  );
}

function chooseOf<const Choice extends string>(
  given: ReadonlyMap<string, string>,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = given.get(name) ?? '';
  if (value === '') return undefined;
  const found = choices.find((choice) => choice.toLowerCase() === value.toLowerCase());
  if (found !== undefined) return found;
  throw refuseField(name, `The parameter ${name} is none of those there are.`, `Use one of ${choices.join(', ')}.`);
}

const mediaTypes: Readonly<Record<string, BodyFormat>> = {
  'application/json': 'JSON',
  'application/x-ndjson': 'JSON',
  'application/jsonl': 'JSON',
  'text/csv': 'CSV',
};

function formatOf({ 'content-type': written = 'application/json' }: IncomingHttpHeaders): BodyFormat {
  const type = written.split(';', 1).join('').trim().toLowerCase();
  const found = Object.hasOwn(mediaTypes, type) ? mediaTypes[type] : undefined;
  if (found !== undefined) return found;
  throw refuseCall(
    415,
    'The body is neither JSON nor CSV.',
    'Send it with Content-Type application/json or text/csv, or say request-format=JSON or CSV.',
  );
}

const longestSeconds = longestRunWaitMs / 1_000;

function readWait(written = ''): number | undefined {
  if (written === '') return undefined;
  const seconds = Number(written);
  if (/^\d{1,3}$/.test(written) && seconds <= longestSeconds) return seconds * 1_000;
  throw refuseField('wait', 'The parameter wait is no number of seconds there may be.', `Use 0 to ${longestSeconds}.`);
}

/** A string of structured fields (RFC 9651), or the same without its quotes. */
function readIdempotencyKey({ 'idempotency-key': written }: IncomingHttpHeaders): string | undefined {
  if (written === undefined) return undefined;
  const key = String(written)
    .trim()
    .replace(/^"(.*)"$/, '$1');
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw refuseCall(
    400,
    'The header Idempotency-Key is empty, longer than 255 characters, or has other characters than ASCII.',
    'Send a UUID, a new one for each call that is not a repeat.',
  );
}
