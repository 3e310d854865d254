/** What the integrate API of a hub takes at the most: settings of every command that starts one. */
import type { Settings, SettingsTable } from '../base/index.ts';
import type { HubSettings } from '../hub/index.ts';

const megabyte = 1_000_000;
const second = 1_000;

export const integrateSettings = {
  'integrate-max-body-mb': {
    kind: 'number',
    default: 50,
    minimum: 1,
    maximum: 1_000,
    environment: 'SLUICE_INTEGRATE_MAX_BODY_MB',
    placeholder: 'N',
    help: 'Integrate API: megabytes of one body, but in the modes Bulk and Auto.',
  },
  'integrate-max-bulk-mb': {
    kind: 'number',
    default: 2_000,
    minimum: 1,
    maximum: 100_000,
    environment: 'SLUICE_INTEGRATE_MAX_BULK_MB',
    placeholder: 'N',
    help: 'Integrate API: megabytes of one body in the modes Bulk and Auto.',
  },
  'integrate-memory-mb': {
    kind: 'number',
    default: 200,
    minimum: 10,
    maximum: 10_000,
    environment: 'SLUICE_INTEGRATE_MEMORY_MB',
    placeholder: 'N',
    help: 'Integrate API: megabytes of all bodies that are being read; above it calls are put off (429).',
  },
  'integrate-max-waiting': {
    kind: 'number',
    default: 2_000_000,
    minimum: 1,
    maximum: 100_000_000,
    environment: 'SLUICE_INTEGRATE_MAX_WAITING',
    placeholder: 'N',
    help: 'Integrate API: messages that may wait for their turn; above it calls are put off (429).',
  },
  'integrate-min-free-mb': {
    kind: 'number',
    default: 200,
    minimum: 1,
    maximum: 1_000_000,
    environment: 'SLUICE_INTEGRATE_MIN_FREE_MB',
    placeholder: 'N',
    help: 'Integrate API: megabytes that stay free on the disk of the hub; below it calls are put off (429).',
  },
  'integrate-wait-seconds': {
    kind: 'number',
    default: 30,
    minimum: 1,
    maximum: 120,
    environment: 'SLUICE_INTEGRATE_WAIT_SECONDS',
    placeholder: 'N',
    help: 'Integrate API: how long a Synchronous call is waited for that does not say.',
  },
} as const satisfies SettingsTable;

export function integrateLimits(settings: Settings<typeof integrateSettings>): NonNullable<HubSettings['integrate']> {
  return {
    maxBodyBytes: settings['integrate-max-body-mb'] * megabyte,
    maxBulkBytes: settings['integrate-max-bulk-mb'] * megabyte,
    maxBytesInMemory: settings['integrate-memory-mb'] * megabyte,
    maxWaitingMessages: settings['integrate-max-waiting'],
    minFreeBytes: settings['integrate-min-free-mb'] * megabyte,
    waitMs: settings['integrate-wait-seconds'] * second,
  };
}
