/** Addresses and secrets of a demo as a file that a shell can read. */
import { join } from 'node:path';
import type { Hub } from '../../hub/index.ts';
import type { Org } from '../../org/index.ts';
import type { AppliedDemo } from './apply-demo.ts';
import { type DemoDatabase, databasePassword } from './demo-database.ts';

type Known = { hub: Hub; hubPassword: string; org: Org; database: DemoDatabase };

/** What the command line, curl and `examples/demo/demo.connection.yaml` ask for. */
export function demoEnvironment(
  folder: string,
  { hub, hubPassword, org, database }: Known,
  { clientId, clientSecret }: AppliedDemo,
): Record<string, string> {
  const { definition, password } = database;
  return {
    SLUICE_HUB: hub.urlHere,
    SLUICE_SECRET_HUB: hubPassword,
    SLUICE_DEMO_CLIENT: clientId,
    SLUICE_SECRET_DEMO_CLIENT: clientSecret,
    SLUICE_DEMO_MY_DOMAIN: org.url,
    SLUICE_DEMO_CONSUMER_KEY: org.consumerKey,
    SLUICE_SECRET_DEMO_CONSUMER: org.consumerSecret,
    ...(definition.type === 'postgres'
      ? { SLUICE_DEMO_DATABASE_PORT: String(definition.port), SLUICE_DEMO_DATABASE_USER: definition.user }
      : {}),
    [databasePassword]: password,
    SLUICE_DATA: join(folder, 'ledger'),
  };
}

export function environmentLines(values: Readonly<Record<string, string>>): string {
  const quoted = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;
  return Object.entries(values)
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join('');
}
