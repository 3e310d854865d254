/** Who may read the metrics of a server: the settings of every command that starts one. */
import type { SettingsTable } from '../base/index.ts';

export const metricsSettings = {
  'metrics-token-file': {
    kind: 'text',
    environment: 'SLUICE_METRICS_TOKEN_FILE',
    placeholder: 'FILE',
    help: 'Who sends the token in this file may read /metrics; without it, only programs on this machine.',
  },
} as const satisfies SettingsTable;
