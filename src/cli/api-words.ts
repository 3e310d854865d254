/** The words of `sluice api`: what is called, and what goes with it. */
import { SluiceError } from '../base/index.ts';
import type { HubMethod } from './hub-client.ts';

/** A NAME=VALUE, as it was typed. */
export type GivenField = { name: string; text: string };

export type ApiWords = {
  method: HubMethod;
  /** Its parts below the base of the API. */
  path: readonly string[];
  /** What stood behind a question mark. */
  query: URLSearchParams;
  fields: readonly GivenField[];
};

const methods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] satisfies HubMethod[];

/** @throws SluiceError USAGE, which repeats no value: it may be a secret. */
export function readWords([method = '', path = '', ...rest]: readonly string[]): ApiWords {
  if (method === '')
    throw usage('METHOD is missing: GET, POST, PUT, PATCH or DELETE. "sluice api --list" shows what there is.');
  if (path === '') throw usage('PATH is missing, such as /remote-sites. "sluice api --list" shows what there is.');
  const fields = rest.map(readField);
  const twice = fields.find(({ name }, place) => fields.findIndex((one) => one.name === name) < place);
  if (twice !== undefined) throw usage(`${twice.name} is given twice.`);
  return { method: readMethod(method), ...readPath(path), fields };
}

export function usage(reason: string): SluiceError {
  return new SluiceError('USAGE', { reason, command: 'api' });
}

function readMethod(word: string): HubMethod {
  const method = word.toUpperCase();
  if (methods.includes(method)) return method as HubMethod;
  throw usage(`"${word}" is no method: there are ${methods.join(', ')}.`);
}

/** As the description has it; a leading /api is taken as well. */
function readPath(word: string): Pick<ApiWords, 'path' | 'query'> {
  if (word.includes('://'))
    throw usage('PATH stands below the API of the hub, such as /remote-sites; the address of the hub goes to --hub.');
  const [, path = '', query = ''] = /^([^?#]*)\??([^#]*)/.exec(word) ?? [];
  const parts = path.replace(/^\/?api(?=\/|$)/, '').split('/');
  return { path: parts.filter((part) => part !== ''), query: new URLSearchParams(query) };
}

function readField(word: string, place: number): GivenField {
  const mark = word.indexOf('=');
  if (mark > 0) return { name: word.slice(0, mark), text: word.slice(mark + 1) };
  throw usage(`Word ${place + 1} behind PATH is not of the form NAME=VALUE.`);
}
