/** Turns the words after the command into settings and positionals, with an error that says what to write instead. */
import { parseArgs } from 'node:util';
import { readSettings, type SettingSources, type Settings, type SettingsTable, SluiceError } from '../base/index.ts';
import type { Command } from './command.ts';

export type ParsedArguments = { positionals: readonly string[]; settings: Settings<SettingsTable> };

type Flags = Record<string, string | boolean>;

/**
 * @throws SluiceError USAGE (exit 2) for words that do not fit, SETTING_UNKNOWN and SETTING_INVALID as readSettings.
 */
export function parseArguments(
  command: Command,
  args: readonly string[],
  sources: Omit<SettingSources, 'flags'>,
): ParsedArguments {
  const options = Object.fromEntries(
    Object.entries(command.settings).map(([name, { kind }]) => [
      name,
      { type: kind === 'switch' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const flags: Flags = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    else if (token.kind === 'option') addFlag(command, flags, token);
  }
  const settings = readSettings(command.settings, { ...sources, flags });
  checkPositionals(command, positionals);
  return { positionals, settings };
}

type OptionToken = { name: string; rawName: string; value?: string | undefined; inlineValue?: boolean | undefined };

function addFlag(command: Command, flags: Flags, { name, rawName, value, inlineValue }: OptionToken): void {
  if (flags[name] !== undefined) throw usage(command, `${rawName} is given twice.`);
  const setting = command.settings[name];
  const swallowed = value?.startsWith('-') && !inlineValue && value !== '-';
  if (setting && setting.kind !== 'switch' && (value === undefined || swallowed)) {
    throw usage(command, `${rawName} needs a value: ${rawName} ${setting.placeholder ?? 'VALUE'}.`);
  }
  flags[name] = value ?? true;
}

function checkPositionals(command: Command, given: readonly string[]): void {
  const required = command.positionals.filter((positional) => positional.required);
  const missing = required[given.length];
  if (missing) throw usage(command, `${missing.name} is missing: ${missing.help}`);
  const many = command.positionals.some((positional) => positional.many);
  const surplus = many ? undefined : given[command.positionals.length];
  if (surplus !== undefined) throw usage(command, `"${surplus}" is one word too many.`);
  if (given.includes('')) throw usage(command, 'One of the words is empty.');
}

function usage(command: Command, reason: string): SluiceError {
  return new SluiceError('USAGE', { reason, command: command.name });
}
