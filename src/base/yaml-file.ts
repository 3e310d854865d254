/** Reads a YAML file against a TypeBox schema; every error names the file, the line and the column. */
import { createRequire } from 'node:module';
import type { Static, TSchema } from 'typebox';
import type { Document, LineCounter, Node } from 'yaml';
import { SluiceError } from './errors.ts';
import { findShapeProblem, nameOfPath, type ValuePath } from './shape-problem.ts';
import { surelyFits } from './surely-fits.ts';

const require = createRequire(import.meta.url);
// Loaded when they are needed, the checks only for what may not fit: together they are most of what a command would take to start.
const loadYaml = () => require('yaml') as typeof import('yaml');

export type YamlPath = ValuePath;

export type YamlFile<Value> = {
  value: Value;
  /** The error for a value that has the right shape but no sense, at its place in the file. */
  refuse(path: YamlPath, reason: string): SluiceError;
};

type Source = { document: Document.Parsed; lines: LineCounter; file: string; schemaName: string };

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
  const problem = surelyFits(schema as Readonly<Record<string, unknown>>, value)
    ? undefined
    : findShapeProblem(schema, value);
  if (problem) throw errorAt(source, offsetOf(document, problem.path, problem.atName), problem.sentence);
  return {
    value: value as Static<Schema>,
    refuse: (path, reason) => errorAt(source, offsetOf(document, path), `${nameOfPath(path)} ${reason}`),
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
