/** What a hub can do, out of the description that it serves, and the operation that is meant. */
import { findNearestName, SluiceError } from '../base/index.ts';
import type { ApiWords } from './api-words.ts';
import { textTable } from './text-table.ts';

/** A JSON Schema of the description. */
export type Shape = Readonly<Record<string, unknown>>;

export type ApiOperation = {
  method: string;
  /** With `{id}` for what differs. */
  path: string;
  summary: string;
  /** Who may call it; whoever is logged in when it is null. */
  role: string | null;
  /** Of the query. */
  parameters: readonly { name: string; required: boolean; schema: Shape }[];
  body: Shape | undefined;
  /** It answers with a file. */
  file: boolean;
};

type Content = Readonly<Record<string, { schema?: Shape }>>;

/** The parts of OpenAPI 3.1 that are read here. */
type Described = {
  summary: string;
  'x-role'?: string;
  security?: readonly Readonly<Record<string, unknown>>[];
  parameters?: readonly { name: string; in: string; required?: boolean; schema?: Shape }[];
  requestBody?: { content: Content };
  responses: Readonly<Record<string, { content?: Content }>>;
};
export type HubDescription = { paths: Readonly<Record<string, Readonly<Record<string, Described>>>> };

/** Those that a person who is logged in may call, in the order of the description. */
export function operationsOf({ paths }: HubDescription): ApiOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method, one]) => isForPeople(method, one))
      .map(([method, one]) => operationOf(method.toUpperCase(), path, one)),
  );
}

/** Not those of the integrate API, which take a token; and not the log-in, which the command does by itself. */
function isForPeople(method: string, { security }: Described): boolean {
  if (security === undefined) return true;
  return security.length === 0 ? method === 'get' : security.some((one) => 'session' in one);
}

function operationOf(method: string, path: string, described: Described): ApiOperation {
  const { summary, parameters = [], requestBody, responses } = described;
  const good = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1].content ?? {};
  return {
    method,
    path,
    summary,
    role: described['x-role'] ?? null,
    parameters: parameters
      .filter((one) => one.in === 'query')
      .map(({ name, required = false, schema = {} }) => ({ name, required, schema })),
    body: requestBody?.content['application/json']?.schema,
    file: Object.keys(good).length > 0 && !('application/json' in good),
  };
}

/**
 * The operation of these words.
 *
 * @throws SluiceError HUB_OPERATION_UNKNOWN, with those that may have been meant.
 */
export function getOperation(operations: readonly ApiOperation[], words: Pick<ApiWords, 'method' | 'path'>) {
  const here = operations.filter((one) => isAt(partsOf(one.path), words.path));
  // A path without holes goes before one with.
  const fewestHoles = here.sort((one, other) => holesIn(one.path) - holesIn(other.path));
  const found = fewestHoles.find(({ method }) => method === words.method);
  if (found !== undefined) return found;
  const name = `${words.method} /${words.path.join('/')}`;
  throw new SluiceError('HUB_OPERATION_UNKNOWN', { name, hint: hintFor(operations, here, words.path) });
}

const partsOf = (path: string) => path.split('/').slice(1);
const isHole = (part: string) => part.startsWith('{');
const holesIn = (path: string) => partsOf(path).filter(isHole).length;

function isAt(parts: readonly string[], given: readonly string[]): boolean {
  return (
    parts.length === given.length && parts.every((part, at) => (isHole(part) ? !isStep(given[at]) : part === given[at]))
  );
}

/** What an address takes for a step up or for nothing. */
const isStep = (part: string | undefined) => /^(\.|%2e){1,2}$/i.test(part ?? '');

const mostNamed = 6;

function hintFor(all: readonly ApiOperation[], here: readonly ApiOperation[], [first = '']: readonly string[]): string {
  const heads = new Set(all.map(({ path }) => partsOf(path)[0] ?? ''));
  const head = heads.has(first) ? first : findNearestName(first, heads);
  const near = here.length > 0 ? here : all.filter(({ path }) => partsOf(path)[0] === head);
  const lead = near.length === 0 ? '' : `Near it: ${near.slice(0, mostNamed).map(nameOf).join(', ')}. `;
  return `${lead}"sluice api --list" shows all.`;
}

const nameOf = ({ method, path }: ApiOperation) => `${method} ${path}`;

/** Where the call goes: what fills the holes keeps its letters. */
export function addressOf({ path, query }: Pick<ApiWords, 'path' | 'query'>): string {
  const parts = path.map((part) => encodeURIComponent(decoded(part)));
  return `/${parts.join('/')}${query.size === 0 ? '' : `?${query}`}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A line for each. */
export function operationTable(operations: readonly ApiOperation[]): string {
  const rows = operations.map(({ method, path, role, summary }) => [method, path, role ?? 'viewer', summary]);
  return textTable(['method', 'path', 'for', 'what it does'], rows);
}
