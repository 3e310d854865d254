/** The body of a call: out of fields NAME=VALUE or out of a file, with its secrets fetched by reference. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { reasonOf, SluiceError } from '../base/index.ts';
import type { Shape } from './api-operations.ts';
import { type GivenField, usage } from './api-words.ts';
import { isRawNumber, parseExactly } from './exact-json.ts';
import type { Terminal } from './terminal.ts';

/** Maps are made here; what stands in them came as JSON or as text. */
type Tree = Map<string, unknown>;

/**
 * `agent.password=…` stands inside `agent`; what is JSON is that, all else text.
 *
 * @throws SluiceError USAGE, which repeats no value.
 */
export function bodyOfFields(fields: readonly GivenField[]): unknown {
  const body: Tree = new Map();
  for (const field of fields) place(body, field.name.split('.'), field);
  return plain(body);
}

function place(into: Tree, [first = '', ...rest]: readonly string[], field: GivenField): void {
  if (first === '') throw usage(`${field.name} has a dot too many.`);
  const there = into.get(first);
  if (there !== undefined && (rest.length === 0 || !(there instanceof Map)))
    throw usage(`${field.name} is given twice: as a whole, and by its parts.`);
  if (rest.length === 0) into.set(first, readValue(field));
  else {
    const inner: Tree = there ?? new Map();
    into.set(first, inner);
    place(inner, rest, field);
  }
}

function plain(tree: Tree): unknown {
  return Object.fromEntries([...tree].map(([name, value]) => [name, value instanceof Map ? plain(value) : value]));
}

function readValue({ name, text }: GivenField): unknown {
  try {
    return parseExactly(text);
  } catch {
    if (!/^\s*[[{"]/.test(text)) return text;
  }
  const mending = 'check its quotes, and those of the shell; a text that begins so goes in double quotes of its own';
  throw usage(`The value of ${name} begins as JSON does and is none: ${mending}.`);
}

/** As much as a hub takes. */
const maxBodyLetters = 1_000_000;

/**
 * The JSON of a file, or of standard input where it is called `-`.
 *
 * @throws SluiceError FILE_UNREADABLE.
 */
export async function bodyOfFile(name: string, terminal: Terminal, signal: AbortSignal): Promise<unknown> {
  const file = name === '-' ? 'standard input' : name;
  const text = await readText(file, partsOfFile(name, terminal, signal), signal);
  try {
    return parseExactly(text);
  } catch {
    // The reason would repeat a part of the file, and there may be a secret in it.
    throw unreadable(file, 'it is no JSON');
  }
}

function partsOfFile(name: string, { input, workingFolder }: Terminal, signal: AbortSignal) {
  if (name === '-') return input?.(signal) ?? [];
  return createReadStream(resolve(workingFolder, name), { encoding: 'utf8', signal });
}

async function readText(file: string, parts: AsyncIterable<string> | string[], signal: AbortSignal): Promise<string> {
  let text = '';
  try {
    for await (const part of parts) {
      text += part;
      if (text.length > maxBodyLetters) throw new Error('it is larger than the megabyte that a hub takes');
    }
    return text;
  } catch (cause) {
    signal.throwIfAborted();
    throw unreadable(file, reasonOf(cause), cause);
  }
}

function unreadable(file: string, reason: string, cause?: unknown): SluiceError {
  return new SluiceError('FILE_UNREADABLE', { file, reason }, { cause });
}

/** Fetches what a reference of this field refers to. */
type FetchSecret = (reference: string, setting: string) => Promise<string>;

/**
 * Puts secrets where the schema has fields that are never shown again: these hold references.
 *
 * @throws SluiceError SECRET_REFERENCE_INVALID where such a field holds anything else, and what `fetch` throws.
 */
export async function withSecrets(value: unknown, shape: Shape, fetch: FetchSecret, at = ''): Promise<unknown> {
  if (value === null || isRawNumber(value) || typeof value !== 'object') return await leaf(value, shape, fetch, at);
  if (isSecret(shape)) throw new SluiceError('SECRET_REFERENCE_INVALID', { setting: at });
  const filled: [string, unknown][] = [];
  for (const [name, one] of Object.entries(value)) {
    const path = at === '' ? name : `${at}.${name}`;
    filled.push([name, await withSecrets(one, shapeOf(name, shape, Array.isArray(value)), fetch, path)]);
  }
  return Array.isArray(value) ? filled.map(([, one]) => one) : Object.fromEntries(filled);
}

/** Nothing takes a secret away. */
async function leaf(value: unknown, shape: Shape, fetch: FetchSecret, at: string): Promise<unknown> {
  if (value === null || !isSecret(shape)) return value;
  if (typeof value === 'string') return await fetch(value, at);
  throw new SluiceError('SECRET_REFERENCE_INVALID', { setting: at });
}

const isSecret = (shape: Shape) => partsOf(shape).some(({ writeOnly }) => writeOnly === true);

/** All that may be said of the place at once, whichever part of a union is meant. */
function shapeOf(name: string, shape: Shape, isList: boolean): Shape {
  const found = partsOf(shape).map((part) => (isList ? part.items : Object(part.properties)[name]));
  return { allOf: found.filter((one) => one !== undefined) };
}

function partsOf(shape: Shape): Shape[] {
  const inner = ['anyOf', 'oneOf', 'allOf'].flatMap((word) => (shape[word] ?? []) as Shape[]);
  return [shape, ...inner.flatMap(partsOf)];
}
