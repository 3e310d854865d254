/** Says in one sentence what is wrong with the shape of a value, by its TypeBox schema, and where. */
import { createRequire } from 'node:module';
import type { TSchema } from 'typebox';
import { narrowUnions } from './narrow-unions.ts';
import { findNearestName } from './nearest-name.ts';

const require = createRequire(import.meta.url);
const loadChecks = () => require('typebox/schema') as typeof import('typebox/schema');

/** The way to a value: names and, in lists, numbers from 0. */
export type ValuePath = readonly (string | number)[];

export type ShapeProblem = {
  path: ValuePath;
  /** The name at the end of the path is wrong, not what stands under it. */
  atName: boolean;
  /** What follows the name of the value: `must be one of read, edit`. */
  expectation: string;
  /** The same as a whole sentence. */
  sentence: string;
};

type Problem = {
  keyword: string;
  schemaPath: string;
  instancePath: string;
  params: Readonly<Record<string, unknown>>;
  message: string;
};

/** What matters most of all that does not fit; undefined when the value fits. */
export function findShapeProblem(schema: TSchema, value: unknown): ShapeProblem | undefined {
  const [fits, problems] = loadChecks().Errors(schema, value);
  if (fits) return undefined;
  const narrowed = narrowUnions(schema as Record<string, unknown>, value) as TSchema;
  const [, meant] = loadChecks().Errors(narrowed, value);
  return meant.length > 0
    ? worstProblem(narrowed, value, meant as Problem[])
    : worstProblem(schema, value, problems as Problem[]);
}

/** `objects[0].fields[1].length` */
export function nameOfPath(path: ValuePath): string {
  if (path.length === 0) return 'the file';
  return path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`),
    '',
  );
}

/** An unknown name says more than what follows from it; else the first thing that is wrong counts. */
function worstProblem(schema: TSchema, value: unknown, problems: readonly Problem[]): ShapeProblem {
  const unknown = problems.find(({ keyword }) => keyword === 'additionalProperties');
  if (unknown) return unknownName(schema, unknown);
  const problem = problems.find(({ keyword }) => keyword !== 'anyOf' && keyword !== 'const') ?? problems[0];
  const path = pathOf(problem?.instancePath ?? '');
  const expectation = problem ? expectationOf(problem, schema, valueAt(value, path)) : 'does not fit';
  return { path, atName: false, expectation, sentence: `${nameOfPath(path)} ${expectation}` };
}

function unknownName(schema: TSchema, { instancePath, schemaPath, params }: Problem): ShapeProblem {
  const [name = ''] = params.additionalProperties as string[];
  const holder = pathOf(instancePath);
  const known = Object.keys((schemaAt(schema, schemaPath)?.properties ?? {}) as object);
  const nearest = findNearestName(name, known);
  const hint = nearest ? `did you mean "${nearest}"?` : `known here: ${known.join(', ')}`;
  const sentence = `there is no "${name}" in ${nameOfPath(holder)}; ${hint}`;
  return { path: [...holder, name], atName: true, expectation: sentence, sentence };
}

function expectationOf(problem: Problem, schema: TSchema, value: unknown): string {
  const { keyword, schemaPath, params, message } = problem;
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

function valueAt(value: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>((at, part) => (at as Record<string | number, unknown> | undefined)?.[part], value);
}

function schemaAt(schema: TSchema, pointer: string): Record<string, unknown> | undefined {
  return valueAt(schema, pathOf(pointer.replace(/^#/, ''))) as Record<string, unknown> | undefined;
}

function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
