/** What a command is: its words, its settings and what it does; help, parsing and the reference page come from here. */
import type { Settings, SettingsTable } from '../base/index.ts';
import type { Terminal } from './terminal.ts';

export type Positional = {
  /** As it stands on the help page: FILE, RUN, CONNECTION. */
  name: string;
  help: string;
  required: boolean;
  /** More than one may be given. */
  many?: true;
};

export type Invocation<T extends SettingsTable = SettingsTable> = {
  positionals: readonly string[];
  settings: Settings<T>;
  terminal: Terminal;
};

export type Command<T extends SettingsTable = SettingsTable> = {
  /** One or two words: `run`, `org start`. */
  name: string;
  /** One line for the list of commands. */
  summary: string;
  /** One or two paragraphs for the command's own help page. */
  description: string;
  positionals: readonly Positional[];
  settings: T;
  /** A line that can be typed. */
  example: string;
  /** Gives the exit code. */
  run(invocation: Invocation<T>): Promise<number>;
};

/** Settings that several commands have, always with the same meaning. */
export const sharedSettings = {
  data: {
    kind: 'text',
    default: '.sluice',
    environment: 'SLUICE_DATA',
    placeholder: 'DIR',
    help: 'Folder of the ledger and of what is on its way; made when it is not there.',
  },
  secrets: {
    kind: 'text',
    environment: 'SLUICE_SECRETS',
    placeholder: 'DIR',
    help: 'The one folder that "file:" secrets may be read from.',
  },
  json: { kind: 'switch', help: 'Print JSON, one object a line, for another program to read.' },
  'log-level': {
    kind: 'text',
    default: 'warn',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    environment: 'SLUICE_LOG_LEVEL',
    placeholder: 'LEVEL',
    help: 'Which log lines go to standard error, as JSON.',
  },
} as const satisfies SettingsTable;

/** What moves rows takes these; its log is silent, since the command itself tells of errors. */
export const movingSettings = {
  data: sharedSettings.data,
  secrets: sharedSettings.secrets,
  json: sharedSettings.json,
  'log-level': { ...sharedSettings['log-level'], default: 'silent' },
} as const satisfies SettingsTable;

/** Keeps the settings' types while the list of commands forgets them. */
export function defineCommand<const T extends SettingsTable>(command: Command<T>): Command {
  return command as unknown as Command;
}
