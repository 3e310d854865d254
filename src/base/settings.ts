/** Turns one table of settings into parsed, frozen values: flag first, then environment, then file, then default. */
import { SluiceError } from './errors.ts';
import { findNearestName } from './nearest-name.ts';

type SettingBase = {
  /** One line for the help page: what it does, with its unit. */
  help: string;
  /** The environment variable that gives it, written in full, or none. */
  environment?: string;
  /** What stands for the value on the help page: DIR, FILE, PORT. */
  placeholder?: string;
  /** The value is not repeated in errors. */
  secret?: true;
};

export type TextSetting = SettingBase & { kind: 'text'; default?: string; choices?: readonly string[] };
export type NumberSetting = SettingBase & { kind: 'number'; default?: number; minimum?: number; maximum?: number };
export type SwitchSetting = SettingBase & { kind: 'switch'; default?: boolean };
export type Setting = TextSetting | NumberSetting | SwitchSetting;

/** Each key is the name as a person writes it: `log-level` is `--log-level` as a flag and `log-level:` in a file. */
export type SettingsTable = Readonly<Record<string, Setting>>;

type ValueOf<S> = S extends { kind: 'switch' } ? boolean : S extends { kind: 'number' } ? number : string;

/** What a table becomes: a switch is always there, all else only when it has a default. */
export type Settings<T extends SettingsTable> = Readonly<{
  [K in keyof T]: T[K] extends { kind: 'switch' } | { default: unknown } ? ValueOf<T[K]> : ValueOf<T[K]> | undefined;
}>;

export type SettingSources = {
  flags?: Readonly<Record<string, string | boolean | undefined>>;
  environment?: Readonly<Record<string, string | undefined>>;
  file?: { name: string; values: Readonly<Record<string, unknown>> };
};

/**
 * Reads every setting of the table from the first source that has it.
 *
 * @throws SluiceError SETTING_UNKNOWN for a name no setting has, in flags or file, and for an environment variable that
 * is one slip away from one of the table; SETTING_INVALID for a value of the wrong type or out of bounds.
 */
export function readSettings<const T extends SettingsTable>(table: T, sources: SettingSources): Settings<T> {
  const { flags = {}, environment = {}, file } = sources;
  refuseUnknown(Object.keys(flags), Object.keys(table), 'the command line', '--');
  if (file) refuseUnknown(Object.keys(file.values), Object.keys(table), file.name, '');
  refuseMisspelledEnvironment(table, environment);
  const values = Object.entries(table).map(([name, setting]) => [name, readSetting(name, setting, sources)]);
  return Object.freeze(Object.fromEntries(values)) as Settings<T>;
}

function readSetting(name: string, setting: Setting, { flags, environment, file }: SettingSources): unknown {
  const flag = flags?.[name];
  if (flag !== undefined) return parse(setting, flag, `--${name}`, 'the command line');
  const variable = setting.environment;
  const fromEnvironment = variable === undefined ? undefined : environment?.[variable];
  if (variable !== undefined && fromEnvironment !== undefined && fromEnvironment !== '') {
    return parse(setting, fromEnvironment, variable, 'the environment');
  }
  if (file && file.values[name] !== undefined) return parse(setting, file.values[name], name, file.name);
  return setting.default ?? (setting.kind === 'switch' ? false : undefined);
}

function parse(setting: Setting, value: unknown, name: string, where: string): unknown {
  const parsed = parsers[setting.kind](setting as never, value);
  if (parsed !== undefined) return parsed;
  const shown = setting.secret ? '[cut]' : String(value);
  throw new SluiceError('SETTING_INVALID', { name, where, value: shown, expected: expectedOf(setting) });
}

/** Each gives the value, or undefined when the text does not fit. */
const parsers = {
  text(setting: TextSetting, value: unknown): string | undefined {
    if (typeof value !== 'string' || value === '') return undefined;
    return setting.choices && !setting.choices.includes(value) ? undefined : value;
  },
  number(setting: NumberSetting, value: unknown): number | undefined {
    if (typeof value !== 'number' && !(typeof value === 'string' && /^\d+(\.\d+)?$/.test(value))) return undefined;
    const number = Number(value);
    return number >= (setting.minimum ?? 0) && number <= (setting.maximum ?? Number.MAX_SAFE_INTEGER)
      ? number
      : undefined;
  },
  switch(_setting: SwitchSetting, value: unknown): boolean | undefined {
    if (typeof value === 'boolean') return value;
    if (value === 'true' || value === '1') return true;
    return value === 'false' || value === '0' ? false : undefined;
  },
};

function expectedOf(setting: Setting): string {
  if (setting.kind === 'switch') return 'true or false';
  if (setting.kind === 'text')
    return setting.choices ? `one of ${setting.choices.join(', ')}` : 'a text that is not empty';
  const { minimum = 0, maximum } = setting;
  return maximum === undefined ? `a number of at least ${minimum}` : `a number from ${minimum} to ${maximum}`;
}

function refuseUnknown(given: readonly string[], known: readonly string[], where: string, prefix: string): void {
  for (const name of given) {
    if (known.includes(name)) continue;
    const nearest = findNearestName(name, known);
    const all = known.map((one) => prefix + one).join(', ');
    const hint = nearest ? `Did you mean ${prefix}${nearest}?` : all ? `There are: ${all}.` : 'It takes no settings.';
    throw new SluiceError('SETTING_UNKNOWN', { name: prefix + name, where, hint });
  }
}

/** Other programs' variables are none of our business, and SLUICE_SECRET_ names are the user's own. */
function refuseMisspelledEnvironment(
  table: SettingsTable,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const known = Object.values(table).flatMap((setting) => setting.environment ?? []);
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('SLUICE_') || name.startsWith('SLUICE_SECRET_') || known.includes(name)) continue;
    const nearest = findNearestName(
      name.slice('SLUICE_'.length),
      known.map((one) => one.slice('SLUICE_'.length)),
    );
    if (!nearest) continue;
    throw new SluiceError('SETTING_UNKNOWN', {
      name,
      where: 'the environment',
      hint: `Did you mean SLUICE_${nearest}?`,
    });
  }
}
