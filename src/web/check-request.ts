/** Holds what was sent against the schemas of the operation, and says in words of the page what does not fit. */
import type { TObject, TSchema } from 'typebox';
import { Compile, Errors } from 'typebox/schema';
import { findNearestName, narrowUnions } from '../base/index.ts';
import { type ApiError, ApiRefused } from './api-refused.ts';

type Problem = {
  keyword: string;
  schemaPath: string;
  instancePath: string;
  params: Readonly<Record<string, unknown>>;
  message: string;
};
type Shape = Readonly<Record<string, unknown>>;
type Compiled = ReturnType<typeof Compile>;

const compiled = new WeakMap<TSchema, Compiled>();

/** Throws a refusal that names each field that does not fit. */
export function checkBody(schema: TSchema, value: unknown): void {
  const check = compiledOf(schema);
  if (check.Check(value)) return;
  const { problems, shape } = meantProblems(schema, value);
  const errors = problems.flatMap((problem) => errorsOf(problem, shape, value));
  throw new ApiRefused({ status: 400, errors: oneAField(errors) });
}

/** Of a union, those of what was meant. */
function meantProblems(schema: TSchema, value: unknown): { problems: Problem[]; shape: Shape } {
  const narrowed = narrowUnions(schema as Shape, value);
  const [, meant] = Errors(narrowed as TSchema, value);
  if (meant.length > 0) return { problems: meant as unknown as Problem[], shape: narrowed };
  const [, all] = compiledOf(schema).Errors(value);
  return { problems: all as unknown as Problem[], shape: schema as Shape };
}

/** The query as the values its schema wishes: numbers and switches out of text. */
export function readQuery(schema: TObject | undefined, given: URLSearchParams): Record<string, unknown> {
  const shapes = (schema?.properties ?? {}) as Readonly<Record<string, Shape>>;
  // Without a prototype, so that a parameter may be called as what every object has.
  const value: Record<string, unknown> = Object.create(null);
  for (const [name, text] of given) {
    if (name in value) throw refusedOf(shown(name), `${shown(name)} is given twice.`, 'Give it once.');
    value[name] = fromText(text, Object.hasOwn(shapes, name) ? shapes[name] : undefined);
  }
  if (schema === undefined) {
    const [name] = Object.keys(value);
    if (name !== undefined) throw refusedOf(shown(name), `There is no parameter ${shown(name)} here.`, 'Leave it out.');
  } else checkBody(schema, value);
  for (const [name, shape] of Object.entries(shapes)) value[name] ??= shape.default;
  return { ...value };
}

function refusedOf(field: string, message: string, next: string): ApiRefused {
  return new ApiRefused({ status: 400, errors: [{ field, message, next }] });
}

function fromText(text: string, shape: Shape | undefined): unknown {
  if (shape?.type === 'integer' && /^\d{1,15}$/.test(text)) return Number(text);
  if (shape?.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function compiledOf(schema: TSchema): Compiled {
  const known = compiled.get(schema) ?? Compile(schema as never);
  compiled.set(schema, known);
  return known;
}

/** What stands behind the schema's own words is told once: `false` schemas beside "no other properties", unions beside their parts. */
const silent = new Set(['boolean', 'if', 'then', 'else']);

function errorsOf(problem: Problem, schema: Shape, value: unknown): ApiError[] {
  const { keyword, instancePath, params, message, schemaPath } = problem;
  if (silent.has(keyword) || /\/anyOf\/\d+\//.test(schemaPath)) return [];
  const path = pathOf(instancePath);
  if (keyword === 'required') {
    return (params.requiredProperties as string[]).map((name) => {
      const at = [...path, name];
      return { field: at.join('.'), message: `${labelOf(schema, at)} is required.`, next: 'Enter a value.' };
    });
  }
  if (keyword === 'additionalProperties') {
    const known = Object.keys(propertiesAt(schema, path));
    return (params.additionalProperties as string[]).map((name) => unknownName([...path, name], known));
  }
  const field = path.map(shown).join('.');
  const label = labelOf(schema, path);
  const wrong = { keyword: isLeftEmpty(problem, schema, value) ? 'empty' : keyword, params, message };
  return [{ field: field === '' ? null : field, ...sentenceOf(label, wrong, shapeAt(schema, path)) }];
}

/** A text that cannot be left out, and was sent without a letter; or a record of names without one. */
function isLeftEmpty({ keyword, instancePath }: Problem, schema: Shape, value: unknown): boolean {
  const path = pathOf(instancePath);
  if (keyword === 'minProperties') return Object.keys(propertiesAt(schema, path)).length === 0;
  if (keyword !== 'pattern' && keyword !== 'format') return false;
  const sent = path.reduce((part, name) => (Object(part) as Shape)[name], value);
  const required = shapeAt(schema, path.slice(0, -1)).required as readonly string[] | undefined;
  return sent === '' && required?.includes(path.at(-1) ?? '') === true;
}

/** What was sent is not sent back in any length. */
function shown(name: string): string {
  return name.length > longestShown ? `${name.slice(0, longestShown)}…` : name;
}

const longestShown = 80;

function unknownName(path: readonly string[], known: readonly string[]): ApiError {
  const name = shown(path.at(-1) ?? '');
  const near = findNearestName(name, known);
  const next = near === undefined ? `What can stand here: ${known.join(', ')}.` : `Did you mean ${near}?`;
  return { field: path.map(shown).join('.'), message: `There is no field ${name} here.`, next };
}

type Wrong = Pick<Problem, 'keyword' | 'params' | 'message'>;

function sentenceOf(label: string, { keyword, params, message }: Wrong, shape: Shape): Omit<ApiError, 'field'> {
  const { description } = shape;
  const hint = typeof description === 'string' ? asSentence(description) : 'Correct it and try again.';
  switch (keyword) {
    case 'minLength':
      return params.limit === 1
        ? { message: `${label} is required.`, next: 'Enter a value.' }
        : { message: `${label} is too short.`, next: `Enter at least ${params.limit} characters.` };
    case 'maxLength':
      return { message: `${label} is too long.`, next: `Enter at most ${params.limit} characters.` };
    case 'empty':
      return { message: `${label} is required.`, next: hint };
    case 'enum':
      return { message: `${label} is none of the values that can be chosen.`, next: oneOf(params.allowedValues) };
    case 'pattern':
    case 'format':
      return {
        message: `${label} does not have the right form.`,
        next: typeof description === 'string' ? enter(description) : hint,
      };
    case 'type':
      return { message: `${label} must be ${articleOf(String(params.type ?? shape.type))}.`, next: hint };
    case 'minItems':
      return { message: `${label} is required.`, next: 'Enter at least one.' };
    case 'maxItems':
      return { message: `${label} holds too many values.`, next: `Enter at most ${params.limit}.` };
    case 'minProperties':
    case 'maxProperties':
      return { message: `${label} must hold one of ${Object.keys(propertiesOf(shape)).join(', ')}.`, next: hint };
    case 'uniqueItems':
      return { message: `${label} holds the same value twice.`, next: 'Leave each value in once.' };
    case 'minimum':
    case 'maximum':
      return { message: `${label} is out of range.`, next: rangeOf(shape) };
    default:
      return { message: `${label}: ${message}.`, next: hint };
  }
}

function asSentence(text: string): string {
  const whole = /[.?!]$/.test(text) ? text : `${text}.`;
  return /^[a-z]+[ ,]/.test(whole) ? whole.replace(/^./, (letter) => letter.toUpperCase()) : whole;
}

function oneOf(values: unknown): string {
  const list = values as readonly unknown[];
  return list.length > 12 ? 'Choose one of the list.' : `Choose one of ${list.join(', ')}.`;
}

/** Some descriptions only name what is meant, as errors of files do in the middle of a sentence. */
const enter = (text: string) => asSentence(/^[a-z]/.test(text) ? `Enter ${text}` : text);

function rangeOf(shape: Shape): string {
  const members = Array.isArray(shape.anyOf) ? (shape.anyOf as Shape[]) : [];
  const { minimum, maximum } = [shape, ...members].find((one) => 'minimum' in one || 'maximum' in one) ?? shape;
  if (minimum === undefined) return `Enter ${String(maximum)} or less.`;
  return maximum === undefined
    ? `Enter ${String(minimum)} or more.`
    : `Enter a number from ${String(minimum)} to ${String(maximum)}.`;
}

function articleOf(type: string): string {
  if (type === 'string') return 'a text';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** The label on the page, if the schema has one (its title), else the name. */
function labelOf(schema: Shape, path: readonly string[]): string {
  const { title } = shapeAt(schema, path);
  if (typeof title === 'string') return title;
  if (/^\d+$/.test(path.at(-1) ?? '')) return `${labelOf(schema, path.slice(0, -1))} ${Number(path.at(-1)) + 1}`;
  return path.length === 0 ? 'The request' : path.map(shown).join('.');
}

function shapeAt(schema: Shape, path: readonly string[]): Shape {
  let shape: Shape = schema;
  for (const name of path) {
    const items = shape.items as Shape | undefined;
    const [anyName] = Object.values((shape.patternProperties ?? {}) as Readonly<Record<string, Shape>>);
    shape = propertiesOf(shape)[name] ?? anyName ?? (/^\d+$/.test(name) ? items : undefined) ?? {};
  }
  return shape;
}

function propertiesAt(schema: Shape, path: readonly string[]): Readonly<Record<string, Shape>> {
  return propertiesOf(shapeAt(schema, path));
}

function propertiesOf(shape: Shape): Readonly<Record<string, Shape>> {
  return (shape.properties ?? {}) as Readonly<Record<string, Shape>>;
}

function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function oneAField(errors: readonly ApiError[]): ApiError[] {
  const byField = new Map<string | null, ApiError>();
  for (const error of errors) if (!byField.has(error.field)) byField.set(error.field, error);
  const list = [...byField.values()];
  return list.length > 0
    ? list
    : [
        {
          field: null,
          message: 'The request does not have the right form.',
          next: 'See the description of the API, openapi.json.',
        },
      ];
}
