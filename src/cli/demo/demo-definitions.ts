/** What the hub is to know of the demo: its connection, its integration, and the interface files of `examples/demo`. */
import { join } from 'node:path';
import type { FileDefinitions } from '../apply-files.ts';
import type { DemoDatabase } from './demo-database.ts';

/** Beside `src` in a checkout, and beside `dist` in the package. */
export const demoFolder = join(import.meta.dirname, '..', '..', '..', 'examples', 'demo');

/** In the order in which they must run: parents first. */
const interfaceNames = ['countries', 'cities', 'accounts', 'contacts', 'cities-back'] as const;

export const consumerSecretName = 'SLUICE_SECRET_DEMO_CONSUMER';

type Places = { agentId: string; database: DemoDatabase['definition']; myDomainUrl: string; consumerKey: string };

/** As they would be read from a folder of files that names this agent. */
export async function demoDefinitions(places: Places): Promise<FileDefinitions> {
  const { readAnyInterface } = await import('../../agent/index.ts');
  const interfaces = interfaceNames.map((name, sequence) => {
    const file = join(demoFolder, `${name}.yaml`);
    const { $schema: _, ...read } = readAnyInterface(file, {});
    const inHub = { integration: 'Demo', connection: 'demo', status: 'deployed', sequence } as const;
    return { file, definition: { ...read, ...inHub } };
  });
  const description = 'The places of GeoNames, and accounts and contacts made up for the demo.';
  return {
    connections: [{ file: demoFolder, definition: connectionOf(places) }],
    integrations: [{ file: demoFolder, definition: { name: 'Demo', description } }],
    interfaces,
  };
}

function connectionOf({ agentId, database, myDomainUrl, consumerKey }: Places) {
  const consumerSecret = `env:${consumerSecretName}`;
  const salesforce = { myDomainUrl, consumerKey, consumerSecret, environment: 'production' } as const;
  return { name: 'demo', agent: { id: agentId }, database, salesforce };
}
