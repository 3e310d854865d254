/** How long a ledger keeps runs that have ended: settings of every command that fills one. */
import type { KeptRuns } from '../agent/index.ts';
import type { Settings, SettingsTable } from '../base/index.ts';

const days = { kind: 'number', minimum: 0, maximum: 36_500, placeholder: 'DAYS' } as const;

/** Of an agent, whose hub is told of every row. */
export const keptRunsSettings = {
  'completed-days': {
    ...days,
    default: 30,
    environment: 'SLUICE_COMPLETED_DAYS',
    help: 'How long the ledger of the agent keeps completed runs and their rows; 0: no limit.',
  },
  'failed-days': {
    ...days,
    default: 90,
    environment: 'SLUICE_FAILED_DAYS',
    help: 'The same of runs that failed, or had rejected or unknown rows.',
  },
} as const satisfies SettingsTable;

/** Of the command line, whose ledger is the only account there is. */
export const keptLongSettings = {
  'completed-days': {
    ...keptRunsSettings['completed-days'],
    default: 365,
    help: 'How long completed runs and their rows are kept in the ledger; older ones go behind the last run. 0: no limit.',
  },
  'failed-days': { ...keptRunsSettings['failed-days'], default: 365 },
} as const satisfies SettingsTable;

export function keptRunsOf(settings: Settings<typeof keptRunsSettings>): KeptRuns {
  return { completedDays: settings['completed-days'], failedDays: settings['failed-days'] };
}
