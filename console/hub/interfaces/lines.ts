/** A line of the mapping, as the editor holds it: what one target is filled from. */

export type Plain = Readonly<Record<string, unknown>>;

export type LineKind = 'column' | 'constant' | 'formula';
export type ConstantType = 'Text' | 'Number' | 'Boolean' | 'Null';

export type Line = {
  target: string;
  kind: LineKind;
  /** Of the source; outbound a field, or one of a parent such as Owner.Name. */
  column: string;
  constant: string;
  constantType: ConstantType;
  formula: string;
  map: readonly { from: string; to: string }[];
  otherwise: 'reject' | 'keep' | 'default';
  otherwiseDefault: string;
  /** Empty: as the interface says. */
  nulls: '' | 'clear' | 'keep' | 'default';
  nullDefault: string;
  parent: string;
  externalId: string;
  parentType: string;
  /** Outbound: what the column holds, where its values do not show it, and how large it is; as typed. */
  holds: string;
  length: string;
  precision: string;
  scale: string;
  /** As it was read, for what the editor does not show. */
  was: Plain;
};

const edited = new Set([
  ...['column', 'field', 'constant', 'formula', 'map', 'otherwise', 'nulls'],
  ...['parent', 'externalId', 'type', 'length', 'precision', 'scale'],
]);

const emptyLine: Omit<Line, 'target'> = {
  ...{ kind: 'column', column: '', constant: '', constantType: 'Text', formula: '' },
  ...{ map: [], otherwise: 'reject', otherwiseDefault: '', nulls: '', nullDefault: '' },
  ...{ parent: '', externalId: '', parentType: '', was: {} },
  ...{ holds: '', length: '', precision: '', scale: '' },
};

export function newLine(target: string, part: Partial<Line> = {}): Line {
  return { ...emptyLine, target, ...part };
}

const textOf = (value: unknown) => (value === null || value === undefined ? '' : String(value));
const memberOf = (value: unknown, name: string) => (Object(value) as Plain)[name];

/** `written`: a column, or an object that says more. */
export function readLine(target: string, written: unknown): Line {
  const was = (typeof written === 'string' ? { column: written } : written) as Plain;
  const { constant } = was;
  const kind = was.formula !== undefined ? 'formula' : constant !== undefined ? 'constant' : 'column';
  return newLine(target, {
    kind,
    was,
    column: textOf(was.column ?? was.field),
    constant: textOf(constant),
    constantType: typeOfConstant(constant),
    formula: textOf(was.formula),
    map: Object.entries(Object(was.map) as Plain).map(([from, to]) => ({ from, to: textOf(to) })),
    ...readPolicies(was),
    parent: textOf(was.parent),
    externalId: textOf(was.externalId),
    parentType: was.parent === undefined ? '' : textOf(was.type),
    holds: was.parent === undefined ? textOf(was.type) : '',
    ...{ length: textOf(was.length), precision: textOf(was.precision), scale: textOf(was.scale) },
  });
}

function readPolicies({ otherwise, nulls }: Plain) {
  return {
    otherwise: (typeof otherwise === 'string' ? otherwise : otherwise ? 'default' : 'reject') as Line['otherwise'],
    otherwiseDefault: textOf(memberOf(otherwise, 'default')),
    nulls: (typeof nulls === 'string' ? nulls : nulls ? 'default' : '') as Line['nulls'],
    nullDefault: textOf(memberOf(nulls, 'default')),
  };
}

function typeOfConstant(constant: unknown): ConstantType {
  if (constant === null) return 'Null';
  if (typeof constant === 'number') return 'Number';
  return typeof constant === 'boolean' ? 'Boolean' : 'Text';
}

/** What the definition says of it: a name alone where that is all. */
export function writeLine(line: Line, isOutbound: boolean): unknown {
  const kept = Object.entries(line.was).filter(([name]) => !edited.has(name));
  const said: Record<string, unknown> = {
    ...Object.fromEntries(kept),
    ...(isOutbound || line.parent === '' ? {} : parentOf(line)),
    ...sourceOf(line, isOutbound),
    ...(line.map.length === 0 || line.kind === 'constant' ? {} : mapOf(line)),
    ...nullsOf(line),
    ...(isOutbound ? sizeOf(line) : {}),
  };
  const names = Object.keys(said);
  return names.length === 1 && line.kind === 'column' ? line.column : said;
}

/** Digits alone come out of the form. */
function sizeOf({ holds, ...line }: Line): Plain {
  const given = (['length', 'precision', 'scale'] as const).filter((name) => line[name] !== '');
  return {
    ...(holds === '' ? {} : { type: holds }),
    ...Object.fromEntries(given.map((name) => [name, Number(line[name])])),
  };
}

function parentOf({ parent, externalId, parentType }: Line) {
  return { parent, externalId, ...(parentType === '' ? {} : { type: parentType }) };
}

function sourceOf({ kind, column, formula, constant, constantType }: Line, isOutbound: boolean): Plain {
  if (kind === 'formula') return { formula };
  if (kind === 'column') return isOutbound ? { field: column } : { column };
  if (constantType === 'Null') return { constant: null };
  if (constantType === 'Number') return { constant: Number(constant) };
  return { constant: constantType === 'Boolean' ? constant === 'true' : constant };
}

function mapOf({ map, otherwise, otherwiseDefault, was }: Line): Plain {
  const before = Object(was.map) as Plain;
  const pairs = map.map(({ from, to }) => [from, to === '' ? null : sameOr(before[from], to)]);
  const rest = otherwiseDefault === '' ? null : sameOr(memberOf(was.otherwise, 'default'), otherwiseDefault);
  return {
    map: Object.fromEntries(pairs),
    ...(otherwise === 'reject' ? {} : { otherwise: otherwise === 'keep' ? 'keep' : { default: rest } }),
  };
}

function nullsOf({ nulls, nullDefault, was }: Line): Plain {
  if (nulls === '') return {};
  return { nulls: nulls === 'default' ? { default: sameOr(memberOf(was.nulls, 'default'), nullDefault) } : nulls };
}

/** A number or truth value stays one as long as nobody changes it. */
const sameOr = (before: unknown, typed: string) => (textOf(before) === typed ? (before ?? typed) : typed);

/** Where a field goes when nothing else is said. */
export const columnOfPath = (path: string) => path.replaceAll('.', '_');

/** Of an outbound interface, where fields may be named without a column. */
export function linesOf({ mapping, fields }: Plain): Line[] {
  const plain = ((fields ?? []) as string[]).map((path) => newLine(columnOfPath(path), { column: path }));
  return [...plain, ...Object.entries(Object(mapping) as Plain).map(([target, written]) => readLine(target, written))];
}

const isNowhere = (was: Plain) => Object.keys(was).length === 0;

export function mappingOf(lines: readonly Line[], isOutbound: boolean): Plain {
  const written = lines.map((line) => [line, writeLine(line, isOutbound)] as const);
  // What stood with its column stays there.
  const isPlain = (line: Line, said: unknown) =>
    isOutbound && said === line.column && columnOfPath(line.column) === line.target && isNowhere(line.was);
  const fields = written.filter(([line, said]) => isPlain(line, said)).map(([{ column }]) => column);
  const others = written.filter(([line, said]) => !isPlain(line, said)).map(([{ target }, said]) => [target, said]);
  if (!isOutbound) return { mapping: Object.fromEntries(others) };
  return {
    ...(fields.length === 0 ? {} : { fields }),
    ...(others.length === 0 ? {} : { mapping: Object.fromEntries(others) }),
  };
}
