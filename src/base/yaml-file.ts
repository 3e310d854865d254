/** Reads a YAML file against a TypeBox schema; every error names the file, the line and the column. */
import { createRequire } from 'node:module';
import type { Static, TSchema } from 'typebox';
import type { Document, LineCounter, Node } from 'yaml';
import { SluiceError } from './errors.ts';
import { narrowUnions } from './narrow-unions.ts';
import { findNearestName } from './nearest-name.ts';

const require = createRequire(import.meta.url);
// Loaded with the first file, since they are most of what a command that reads none would take to start.
const loadYaml = () => require('yaml') as typeof import('yaml');
const loadChecks = () => require('typebox/schema') as typeof import('typebox/schema');

export type YamlPath = readonly (string | number)[];

export type YamlFile<Value> = {
  value: Value;
  /** The error for a value that has the right shape but no sense, at its place in the file. */
  refuse(path: YamlPath, reason: string): SluiceError;
};

type Source = { document: Document.Parsed; lines: LineCounter; file: string; schemaName: string };
type Problem = {
  keyword: string;
  schemaPath: string;
  instancePath: string;
  params: Readonly<Record<string, unknown>>;
  message: string;
};

/** Enough for any hand-written file, too few for a text that unfolds without end. */
const maxAliases = 100;

/**
 * The value of a YAML text that fits the schema. An empty file is an empty object.
 *
 * `file` is how errors call it, `schemaName` the published JSON Schema they point to.
 *
 * @throws SluiceError FILE_INVALID with `file:line:column`, what is wrong there, and the nearest name for an unknown one.
 * @example const { value } = parseYamlFile(text, { file: 'org.yaml', schema: setupSchema, schemaName: 'org.schema.json' });
 */
export function parseYamlFile<const Schema extends TSchema>(
  text: string,
  { file, schema, schemaName }: { file: string; schema: Schema; schemaName: string },
): YamlFile<Static<Schema>> {
  const { LineCounter, parseDocument } = loadYaml();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const source = { document, lines, file, schemaName };
  const broken = document.errors[0];
  if (broken) throw errorAt(source, broken.pos[0], broken.message);
  const value = toPlain(source);
  const [fits, problems] = loadChecks().Errors(schema, value);
  if (!fits) throw findWorstProblem(source, schema, { value, problems: problems as Problem[] });
  return {
    value: value as Static<Schema>,
    refuse: (path, reason) => errorAt(source, offsetOf(document, path), `${nameOf(path)} ${reason}`),
  };
}

function toPlain(source: Source): unknown {
  try {
    return source.document.toJS({ maxAliasCount: maxAliases }) ?? {};
  } catch (cause) {
    throw errorAt(source, 0, 'it repeats parts of itself too often', cause);
  }
}

function errorAt({ lines, file, schemaName }: Source, offset: number, reason: string, cause?: unknown): SluiceError {
  const { line, col } = lines.linePos(offset);
  const position = line > 0 ? `:${line}:${col}` : '';
  return new SluiceError('FILE_INVALID', { file, position, reason: asSentence(reason), schema: schemaName }, { cause });
}

function asSentence(reason: string): string {
  const text = reason.trim();
  return /[.?]$/.test(text) ? text : `${text}.`;
}

/** Where a value stands in the file; for a value that is not there, the nearest thing around it. */
function offsetOf(document: Document.Parsed, path: YamlPath, key = false): number {
  const { isNode } = loadYaml();
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (!isNode(node)) continue;
    if (key && length === path.length) return keyOffset(document, path) ?? startOf(node);
    return startOf(node);
  }
  return 0;
}

function keyOffset(document: Document.Parsed, path: YamlPath): number | undefined {
  const { isMap, isScalar } = loadYaml();
  const holder = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(holder)) return undefined;
  const pair = holder.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)));
  return isScalar(pair?.key) ? startOf(pair.key) : undefined;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

type Refused = { value: unknown; problems: readonly Problem[] };

function findWorstProblem(source: Source, schema: TSchema, { value, problems }: Refused): SluiceError {
  const narrowed = narrowUnions(schema as Record<string, unknown>, value) as TSchema;
  const [, meant] = loadChecks().Errors(narrowed, value);
  return meant.length > 0 ? worstProblem(source, narrowed, meant as Problem[]) : worstProblem(source, schema, problems);
}

/** An unknown name says more than what follows from it; else the first thing that is wrong counts. */
function worstProblem(source: Source, schema: TSchema, problems: readonly Problem[]): SluiceError {
  const unknown = problems.find(({ keyword }) => keyword === 'additionalProperties');
  if (unknown) return unknownName(source, schema, unknown);
  const problem = problems.find(({ keyword }) => keyword !== 'anyOf' && keyword !== 'const') ?? problems[0];
  const path = pathOf(problem?.instancePath ?? '');
  const expected = problem ? expectation(problem, schema, source.document.getIn(path)) : 'does not fit';
  return errorAt(source, offsetOf(source.document, path), `${nameOf(path)} ${expected}`);
}

function unknownName(source: Source, schema: TSchema, { instancePath, schemaPath, params }: Problem): SluiceError {
  const [name = ''] = params.additionalProperties as string[];
  const path = [...pathOf(instancePath), name];
  const known = Object.keys((schemaAt(schema, schemaPath)?.properties ?? {}) as object);
  const nearest = findNearestName(name, known);
  const hint = nearest ? `did you mean "${nearest}"?` : `known here: ${known.join(', ')}`;
  return errorAt(
    source,
    offsetOf(source.document, path, true),
    `there is no "${name}" in ${nameOf(path.slice(0, -1))}; ${hint}`,
  );
}

function expectation({ keyword, schemaPath, params, message }: Problem, schema: TSchema, value: unknown): string {
  if (keyword === 'required') return `lacks "${(params.requiredProperties as string[]).join('", "')}"`;
  if (keyword === 'enum') return oneOf(params.allowedValues as unknown[], value);
  if (keyword === 'minProperties' || keyword === 'maxProperties')
    return `must hold one of ${Object.keys(Object(schemaAt(schema, schemaPath)?.properties)).join(', ')}`;
  if (keyword === 'pattern') return `must be ${schemaAt(schema, schemaPath)?.description ?? `like ${params.pattern}`}`;
  return message;
}

function oneOf(allowed: readonly unknown[], value: unknown): string {
  const nearest = typeof value === 'string' ? findNearestName(value, allowed.map(String)) : undefined;
  return `must be one of ${allowed.join(', ')}${nearest ? ` (did you mean "${nearest}"?)` : ''}`;
}

function schemaAt(schema: TSchema, pointer: string): Record<string, unknown> | undefined {
  let at: unknown = schema;
  for (const part of pathOf(pointer.replace(/^#/, ''))) at = (at as Record<string, unknown> | undefined)?.[part];
  return at as Record<string, unknown> | undefined;
}

function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function nameOf(path: YamlPath): string {
  if (path.length === 0) return 'the file';
  return path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`),
    '',
  );
}
