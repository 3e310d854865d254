/** Manual Process: runs of interfaces by their names, all or none of them. */

import { randomUUID } from 'node:crypto';
import { SluiceError } from '../../base/index.ts';
import { saidByDefault } from '../../protocol/index.ts';
import { refuseCall, refuseField } from '../../web/index.ts';
import { changesOf, runsFor } from '../agents/dialled-waiting.ts';
import type { HubParts } from '../hub-parts.ts';
import type { Asked, HubRun, HubStore, Integration, KeptInterface } from '../store/index.ts';

/** `full`: what goes out of Salesforce reads everything, whatever was read before. */
type Wish = { names: readonly string[]; inSequence: boolean; full: boolean; by: string };
type Found = { kept: KeptInterface; integration: Integration };

/** More of one interface do not wait. */
const mostOpen = 10;

/** Throws ApiRefused 400, 409; SluiceError INTERFACE_UNDEPLOYED, INTEGRATION_STOPPED. */
export async function askForRuns(parts: HubParts, { names, inSequence, full, by }: Wish): Promise<HubRun[]> {
  const { store, waiting } = parts;
  const found = names.map((name) => findToRun(store, name)).sort(bySequence);
  if (new Set(found.map(({ kept }) => kept.id)).size < found.length)
    throw refuseField('interfaces', 'An interface is named twice.', 'Name each once.');
  const runs = found.map(({ kept }) => newRun(store, kept, { full, by }));
  if (full && !runs.some((run) => run.full)) throw nothingReadsLess();
  const started = found.map(({ kept }, place) => nameInTrail(kept, runs[place]?.full)).join(', ');
  const made = await store.runs.ask(by, { runs, inSequence, display: `Started ${started}` });
  for (const { id, agentRow } of made) {
    waiting.wake(changesOf(id));
    waiting.wake(runsFor(agentRow));
  }
  return made;
}

function findToRun(store: HubStore, name: string): Found {
  const kept = store.interfaces.findByName(name);
  if (kept === undefined)
    throw refuseField(
      'interfaces',
      `There is no interface ${name}.`,
      'See the list of interfaces for those that are there.',
    );
  const { definition, id } = kept;
  const integration = store.integrations.find(kept.integrationId) as Integration;
  if (definition.status !== 'deployed') throw new SluiceError('INTERFACE_UNDEPLOYED', { interface: definition.name });
  if (integration.state === 'stopped') throw new SluiceError('INTEGRATION_STOPPED', { integration: integration.name });
  if (store.runs.countOpen(id) >= mostOpen)
    throw refuseCall(
      409,
      `${mostOpen} runs of ${definition.name} have not ended yet.`,
      'Wait for them, or cancel some.',
    );
  return { kept, integration };
}

function nothingReadsLess() {
  const message = 'None of these interfaces goes out of Salesforce: what goes in is read whole by every run.';
  return refuseField('full', message, 'Leave out "Everything, not only what changed".');
}

const nameInTrail = ({ definition: { name } }: KeptInterface, full = false) =>
  full ? `${name} (everything, not only what changed)` : name;

function bySequence(one: Found, other: Found): number {
  const places = ({ kept, integration }: Found) =>
    [integration.sequence, integration.id, kept.definition.sequence] as const;
  const [first, second] = [places(one), places(other)];
  return first[0] - second[0] || first[1] - second[1] || first[2] - second[2];
}

function newRun(
  { connections }: HubStore,
  { id, definition }: KeptInterface,
  { full, by }: Pick<Wish, 'full' | 'by'>,
): Asked['runs'][number] {
  const connection = connections.findByName(definition.connection);
  if (connection === undefined)
    throw refuseCall(
      409,
      `The connection ${definition.connection} of ${definition.name} is not there.`,
      'Give it another connection.',
    );
  const direction = saidByDefault(definition).type;
  return {
    run: randomUUID(),
    interfaceId: id,
    direction,
    agentRow: connection.agentRow,
    trigger: 'manual',
    full: full && direction === 'outbound',
    askedBy: by,
  };
}
