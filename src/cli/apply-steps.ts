/** Carries a plan out, one call of the hub's API after the other; what somebody else changed meanwhile is refused. */

import { type Environment, SluiceError } from '../base/index.ts';
import type { AnyInterfaceDefinition } from '../protocol/index.ts';
import type { ApplyPlan, WishedConnection } from './apply-plan.ts';
import { bodyOf, fetchSecrets } from './connection-secrets.ts';
import type { HubClient } from './hub-client.ts';
import { type HubInterface, readHubDefinitions } from './hub-definitions.ts';

/** How connections are saved, and where their secrets are found. */
type Saving = {
  withoutPing: boolean;
  enterSecrets: boolean;
  environment: Environment;
  secretsFolder: string | undefined;
};

export type CarryingOut = Saving & { prune: boolean };

type Wish = ApplyPlan['interfaces'][number];

/** Deletions of interfaces come first, since what is new may take their place. */
export async function carryOut(hub: HubClient, plan: ApplyPlan, { prune, ...saving }: CarryingOut): Promise<void> {
  await saveConnections(hub, plan.connections, saving);
  if (prune) for (const { id } of plan.surplus.interfaces) await hub.call('DELETE', `/interfaces/${id}`);
  for (const { path, ...wish } of plan.integrations)
    if (wish.step !== null) await withFile(path, () => saveIntegration(hub, wish));
  for (const { path, ...wish } of plan.interfaces)
    if (wish.step !== null) await withFile(path, () => saveInterface(hub, wish));
  await putInOrder(hub, plan.interfaces);
  if (!prune) return;
  for (const { id } of plan.surplus.integrations) await hub.call('DELETE', `/integrations/${id}`);
  for (const { id } of plan.surplus.connections) await hub.call('DELETE', `/connections/${id}`);
}

/** What the hub refuses is said with the file that asks for it. */
async function withFile<Result>(path: string, save: () => Promise<Result>): Promise<Result> {
  try {
    return await save();
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'HUB_REFUSED') throw error;
    throw new SluiceError('HUB_REFUSED', { ...error.values, message: `${path}: ${error.message}` }, { cause: error });
  }
}

type Saved<Kind extends 'integrations' | 'interfaces'> = Omit<ApplyPlan[Kind][number], 'path'>;

async function saveIntegration(hub: HubClient, { definition, present }: Saved<'integrations'>): Promise<void> {
  if (present === undefined) await hub.call('POST', '/integrations', definition);
  else await hub.call('PUT', `/integrations/${present.id}`, { ...definition, version: present.version });
}

/** All secrets are there before the first is saved. */
async function saveConnections(
  hub: HubClient,
  wishes: readonly WishedConnection[],
  { enterSecrets, ...finding }: Saving,
): Promise<void> {
  const bodies = new Map<WishedConnection, object>();
  for (const wish of wishes) {
    const { definition: settings, file: definition, present, step } = wish;
    if (step === null && !enterSecrets) continue;
    const secrets = await fetchSecrets({ definition, settings, present, all: enterSecrets }, finding);
    bodies.set(wish, { ...bodyOf(settings, secrets), withoutPing: finding.withoutPing });
  }
  for (const [{ path, present }, body] of bodies)
    await withFile(path, async () => {
      if (present === undefined) await hub.call('POST', '/connections', body);
      else await hub.call('PUT', `/connections/${present.id}`, { ...body, version: present.version });
    });
}

/** Where it is to stand is left to the end: its place may not be free yet. */
async function saveInterface(hub: HubClient, { definition, present, step }: Saved<'interfaces'>): Promise<void> {
  const { sequence: _, ...placeless } = definition;
  if (present === undefined) await hub.call('POST', '/interfaces', { definition: placeless });
  else if (step?.fields.some((field) => field !== 'sequence'))
    await hub.call('PUT', `/interfaces/${present.id}`, { definition: placeless, version: present.version });
}

async function putInOrder(hub: HubClient, wishes: readonly Wish[]): Promise<void> {
  if (!wishes.some(({ step }) => step?.action === 'create' || step?.fields.includes('sequence'))) return;
  const { interfaces } = await readHubDefinitions(hub);
  const wished = new Map(wishes.map(({ definition }) => [definition.name.toLowerCase(), definition.sequence]));
  const moved = interfaces.filter(({ definition }) => isElsewhere(definition, wished));
  for (const integration of new Set(moved.map(({ integrationId }) => integrationId))) {
    const places = moved
      .filter(({ integrationId }) => integrationId === integration)
      .map((one) => placeOf(one, wished));
    await hub.call('PUT', `/integrations/${integration}/order`, { interfaces: places });
  }
}

type Places = ReadonlyMap<string, number | undefined>;

function isElsewhere({ name, sequence }: AnyInterfaceDefinition, wished: Places): boolean {
  const place = wished.get(name.toLowerCase());
  return place !== undefined && place !== sequence;
}

function placeOf({ id, version, definition }: HubInterface, wished: Places) {
  return { id, version, sequence: wished.get(definition.name.toLowerCase()) };
}
