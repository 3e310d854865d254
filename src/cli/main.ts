/** The program `sluice`: finds the command, reads its settings, runs it, and says in one sentence what went wrong. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNearestName, readSettings, reasonOf, type SettingSources, SluiceError } from '../base/index.ts';
import { parseArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { asSluiceError, errorLine, errorText } from './error-text.ts';
import { commandHelp, programHelp } from './help.ts';
import { openProcessTerminal, type Terminal } from './terminal.ts';
import { version } from './version.ts';

/** Read from the working folder when it is there: settings for every command, each under its long name. */
const settingsFile = 'sluice.yaml';

/** Runs one command line and gives the exit code: 0 all rows good, 1 error, 2 usage, 3 rejected rows, 4 unknown rows. */
export async function main(args: readonly string[], terminal: Terminal = openProcessTerminal()): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (thrown) {
    const error = asSluiceError(thrown);
    if (args.includes('--json')) terminal.out(errorLine(error));
    terminal.err(errorText(error));
    if (error.code === 'INTERNAL' && wantsStack(args, terminal)) terminal.err(`${stackOf(thrown)}\n`);
    return error.exit;
  }
}

/** For whoever looks for a mistake in Sluice itself. */
function wantsStack(args: readonly string[], { environment }: Terminal): boolean {
  return environment.SLUICE_LOG_LEVEL === 'debug' || args.join(' ').includes('--log-level debug');
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [first] = args;
  if (first === '--version') return print(terminal, version());
  if (first === undefined) {
    terminal.err(`${programHelp(commands)}\n`);
    return 2;
  }
  if (first === '--help' || first === '-h' || first === 'help') return print(terminal, programHelp(commands));
  const command = findCommand(args);
  const rest = args.slice(command.name.split(' ').length);
  if (asksForHelp(rest)) return print(terminal, commandHelp(command));
  const sources = { environment: terminal.environment, ...(await readSettingsFile(terminal.workingFolder, command)) };
  return await command.run({ ...parseArguments(command, rest, sources), terminal });
}

/** `--help` behind `--` is a word like any other. */
function asksForHelp(rest: readonly string[]): boolean {
  const end = rest.indexOf('--');
  const words = end === -1 ? rest : rest.slice(0, end);
  return words.includes('--help') || words.includes('-h');
}

function findCommand(args: readonly string[]): Command {
  const command = commands.find(({ name }) => name.split(' ').every((word, index) => args[index] === word));
  if (command) return command;
  const names = commands.map(({ name }) => name);
  const given = names.some((name) => name.startsWith(`${args[0]} `)) ? args.slice(0, 2).join(' ') : (args[0] ?? '');
  const nearest = names.find((name) => name.startsWith(`${given} `)) ?? findNearestName(given, names);
  const hint = nearest ? `Did you mean "sluice ${nearest}"?` : `There are: ${names.join(', ')}.`;
  throw new SluiceError('COMMAND_UNKNOWN', { name: given, hint });
}

/** The file may hold settings of any command; each command takes its own. */
async function readSettingsFile(folder: string, command: Command): Promise<Pick<SettingSources, 'file'>> {
  const path = join(folder, settingsFile);
  if (!existsSync(path)) return {};
  const values = await parseSettingsFile(path);
  const all = Object.assign({}, ...commands.map(({ settings }) => settings));
  readSettings(all, { file: { name: settingsFile, values } });
  const own = Object.entries(values).filter(([name]) => Object.hasOwn(command.settings, name));
  return { file: { name: settingsFile, values: Object.fromEntries(own) } };
}

async function parseSettingsFile(path: string): Promise<Record<string, unknown>> {
  const { parse } = await import('yaml');
  try {
    const values: unknown = parse(readFileSync(path, 'utf8')) ?? {};
    if (typeof values === 'object' && values !== null && !Array.isArray(values))
      return values as Record<string, unknown>;
  } catch (error) {
    throw new SluiceError('FILE_UNREADABLE', { file: path, reason: reasonOf(error) }, { cause: error });
  }
  throw new SluiceError('FILE_UNREADABLE', { file: path, reason: 'it is no list of names and values' });
}

function print(terminal: Terminal, text: string): number {
  terminal.out(`${text}\n`);
  return 0;
}
