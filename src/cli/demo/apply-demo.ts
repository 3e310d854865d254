/** Tells the hub of the demo as anybody would: over its API, by what `sluice apply` does with files. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SluiceError } from '../../base/index.ts';
import type { Hub } from '../../hub/index.ts';
import type { Org } from '../../org/index.ts';
import { planApply } from '../apply-plan.ts';
import { carryOut } from '../apply-steps.ts';
import { type HubClient, openHubClient } from '../hub-client.ts';
import { readHubDefinitions } from '../hub-definitions.ts';
import { type DemoDatabase, databasePassword } from './demo-database.ts';
import { consumerSecretName, demoDefinitions } from './demo-definitions.ts';

/** An API client that may send records in. */
export type AppliedDemo = { clientId: string; clientSecret: string };

type Applying = {
  hub: Hub;
  hubPassword: string;
  org: Org;
  database: DemoDatabase;
  agentName: string;
  signal: AbortSignal;
};

const hubSecret = 'SLUICE_SECRET_HUB';
/** A connection is pinged before it is saved. */
const longestSaveMs = 120_000;

export async function applyDemo({
  hub,
  hubPassword,
  org,
  database,
  agentName,
  signal,
}: Applying): Promise<AppliedDemo> {
  const environment = {
    [hubSecret]: hubPassword,
    [databasePassword]: database.password,
    [consumerSecretName]: org.consumerSecret,
  };
  const access = { hub: hub.urlHere, user: 'admin', password: `env:${hubSecret}` };
  await using client = await openHubClient(access, { environment, signal, withinMs: longestSaveMs });
  const agentId = await waitForAgent(client, agentName, signal);
  const { url: myDomainUrl, consumerKey } = org;
  const wished = await demoDefinitions({ agentId, database: database.definition, myDomainUrl, consumerKey });
  const plan = planApply(wished, await readHubDefinitions(client));
  const saving = { withoutPing: false, enterSecrets: true, environment, secretsFolder: undefined };
  await carryOut(client, plan, { prune: false, ...saving });
  return await makeClient(client);
}

type ListedAgent = { name: string | null; agentId: string | null; connected: boolean };

const agentWithinMs = 30_000;

async function waitForAgent(client: HubClient, name: string, signal: AbortSignal): Promise<string> {
  const until = performance.now() + agentWithinMs;
  for (;;) {
    const { rows } = await client.call<{ rows: ListedAgent[] }>('GET', '/agents');
    const found = rows.find((one) => one.name === name && one.connected);
    if (found?.agentId) return found.agentId;
    if (performance.now() > until) throw new SluiceError('AGENT_AWAY', { name });
    await sleep(50, undefined, { signal });
  }
}

const clientName = 'Demo caller';

/** Anew at each start, since its secret is shown once. */
async function makeClient(client: HubClient): Promise<AppliedDemo> {
  const { rows } = await client.call<{ rows: { id: number; name: string }[] }>('GET', '/api-clients');
  for (const { id, name } of rows) if (name === clientName) await client.call('DELETE', `/api-clients/${id}`);
  const { clientId, clientSecret } = await client.call<AppliedDemo>('POST', '/api-clients', {
    name: clientName,
    scopes: ['integrate'],
  });
  return { clientId, clientSecret };
}
