/** The settings of every command that works with a hub. */
import type { SettingsTable } from '../base/index.ts';
import { sharedSettings } from './command.ts';

/** What every command takes that works with a hub. */
export const hubSettings = {
  hub: {
    kind: 'text',
    default: 'http://127.0.0.1:8088',
    environment: 'SLUICE_HUB',
    placeholder: 'URL',
    help: 'Address of the hub.',
  },
  user: {
    kind: 'text',
    default: 'admin',
    environment: 'SLUICE_HUB_USER',
    placeholder: 'NAME',
    help: 'Who logs in at the hub.',
  },
  password: {
    kind: 'text',
    default: 'env:SLUICE_SECRET_HUB',
    placeholder: 'REFERENCE',
    help: 'Where the password is: env:SLUICE_SECRET_NAME, or file:PATH in the secrets folder.',
  },
  secrets: sharedSettings.secrets,
} as const satisfies SettingsTable;
