/** What a hub has, found by the name that was typed; where there is no such thing, the nearest name is said. */
import { findNearestName, SluiceError } from '../base/index.ts';
import type { HubClient } from './hub-client.ts';
import type { HubInterface } from './hub-definitions.ts';
import { readAllPages } from './hub-pages.ts';

/** As it is written on the command line: `Retail/shops`. */
export function fullNameOf({ integration, name }: { integration?: string; name: string }): string {
  return `${integration}/${name}`;
}

/**
 * `Retail/shops`, or `shops` alone, without case: no two interfaces of a hub share a name.
 *
 * @throws SluiceError NAME_NOT_IN_HUB, and those of the client.
 * @example const { id, version } = await getInterfaceOfHub(hub, 'Retail/shops');
 */
export async function getInterfaceOfHub(hub: HubClient, wanted: string): Promise<HubInterface> {
  const search = wanted.slice(wanted.lastIndexOf('/') + 1);
  const found = (await readAllPages<HubInterface>(hub, '/interfaces', { search })).find(
    ({ definition }) => isSame(definition.name, wanted) || isSame(fullNameOf(definition), wanted),
  );
  if (found !== undefined) return found;
  const all = (await readAllPages<HubInterface>(hub, '/interfaces')).map(({ definition }) => definition);
  const byFullName = all.map((one): Known => [fullNameOf(one), fullNameOf(one)]);
  const byName = all.map((one): Known => [one.name, fullNameOf(one)]);
  // By its last word too, for what was sought in another integration.
  const nearest = nearestOf(wanted, [...byFullName, ...byName]) ?? nearestOf(search, byName);
  throw notInHub({ kind: 'interface', name: wanted, nearest, all: all.map(fullNameOf) });
}

/** Throws SluiceError NAME_NOT_IN_HUB for an integration that is not there. */
export async function checkIntegrationOfHub(hub: HubClient, wanted: string): Promise<void> {
  const all = (await readAllPages<{ name: string }>(hub, '/integrations')).map(({ name }) => name);
  if (all.some((name) => isSame(name, wanted))) return;
  throw notInHub({ kind: 'integration', name: wanted, nearest: findNearestName(wanted, all), all });
}

type OnBoard = { id: number; name: string | null; url: string | null };

/** The ids on the board of the agents of this name or address; more than one may call itself so. Throws SluiceError NAME_NOT_IN_HUB. */
export async function getAgentsOfHub(hub: HubClient, wanted: string): Promise<number[]> {
  const agents = await readAllPages<OnBoard>(hub, '/control-board/agents');
  const nameOf = ({ name, url }: OnBoard) => name ?? url ?? '';
  const found = agents.filter((agent) => isSame(nameOf(agent), wanted) || isSame(agent.url ?? '', wanted));
  if (found.length > 0) return found.map(({ id }) => id);
  const all = agents.map(nameOf);
  throw notInHub({ kind: 'agent with interfaces', name: wanted, nearest: findNearestName(wanted, all), all });
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** By what it may be called, and what it is called in full. */
type Known = readonly [string, string];

function nearestOf(wanted: string, known: readonly Known[]): string | undefined {
  const nearest = findNearestName(
    wanted,
    known.map(([name]) => name),
  );
  return known.find(([name]) => name === nearest)?.[1];
}

type Missing = { kind: string; name: string; nearest: string | undefined; all: readonly string[] };

const atMostSaid = 10;

function notInHub({ kind, name, nearest, all }: Missing): SluiceError {
  const more = all.length > atMostSaid ? `, and ${all.length - atMostSaid} more` : '';
  const others = all.length === 0 ? 'There is none yet.' : `There are: ${all.slice(0, atMostSaid).join(', ')}${more}.`;
  const hint = nearest === undefined ? others : `Did you mean ${nearest}?`;
  return new SluiceError('NAME_NOT_IN_HUB', { kind, name, hint });
}
