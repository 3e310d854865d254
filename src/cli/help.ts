/** The help pages, made from the commands' own tables; the reference page is the same text. */
import type { Setting } from '../base/index.ts';
import type { Command } from './command.ts';

const exitCodes = [
  ['0', 'all rows good'],
  ['1', 'an error'],
  ['2', 'the command line or a file is wrong'],
  ['3', 'finished, more rows rejected than the interface allows'],
  ['4', 'finished, the outcome of some rows cannot be known any more: "sluice rejects" shows which'],
] as const;

/** What "sluice --help" prints. */
export function programHelp(commands: readonly Command[]): string {
  const rows = commands.map((command) => [usageOf(command), command.summary] as const);
  return [
    'Sluice moves records between databases and Salesforce and accounts for every row.',
    `Usage: sluice COMMAND\n\n${columns(rows)}`,
    'Run "sluice COMMAND --help" for what a command takes, "sluice --version" for the version.',
    `Exit codes\n${columns(exitCodes)}`,
  ].join('\n\n');
}

/** What "sluice COMMAND --help" prints. */
export function commandHelp(command: Command): string {
  const settings = Object.entries(command.settings).map(([name, setting]) => settingRow(name, setting));
  const positionals = command.positionals.map(({ name, help }) => [name, help] as const);
  return [
    `Usage: sluice ${usageOf(command)}`,
    command.description,
    columns([...positionals, ...settings, ['--help', 'Print this page.']]),
    `Example\n  ${command.example}`,
  ].join('\n\n');
}

/** The command with its positionals: `run FILE...`, `rejects [RUN]`. */
function usageOf({ name, positionals }: Command): string {
  const words = positionals.map((positional) => {
    const word = positional.many ? `${positional.name}...` : positional.name;
    return positional.required ? word : `[${word}]`;
  });
  return [name, ...words].join(' ');
}

function settingRow(name: string, setting: Setting): readonly [string, string] {
  const flag = setting.kind === 'switch' ? `--${name}` : `--${name} ${setting.placeholder ?? 'VALUE'}`;
  const remarks = [
    setting.kind === 'text' && setting.choices ? `one of ${setting.choices.join(', ')}` : undefined,
    setting.default === undefined || setting.default === false ? undefined : `default ${setting.default}`,
    setting.environment,
  ].filter((remark) => remark !== undefined);
  return [flag, remarks.length === 0 ? setting.help : `${setting.help} (${remarks.join('; ')})`];
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
