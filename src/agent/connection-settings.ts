/** Database and Salesforce settings that do not come from a connection file: secrets are opened when they are asked for. */
import type { DatabaseSettings } from '../database/index.ts';
import type { SalesforceSettings } from '../salesforce/index.ts';

export type ConnectionSettings = {
  database(): Promise<DatabaseSettings>;
  salesforce(): Promise<SalesforceSettings>;
};
