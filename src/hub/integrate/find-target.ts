/** The interface that a call is for, and those its nested records are for: whether they are there, and the caller may use them. */
import { findNearestName } from '../../base/index.ts';
import { refuseCall, refuseField } from '../../web/index.ts';
import { createShortcut } from '../shortcut.ts';
import { type HubStore, isInbound, type KeptInbound, type KeptInterface } from '../store/index.ts';
import { type MappedInterface, mapInterface } from './mapped-interface.ts';

export type Caller = {
  identity: string;
  name: string;
  /** `INTEGRATION/INTERFACE`; null: all of them. */
  interfaces: readonly string[] | null;
};

export type InboundInterface = KeptInterface & { definition: KeptInbound };
export type Target = { kept: InboundInterface; mapped: MappedInterface; agentRow: number };

export type Targets = {
  /** Throws ApiRefused 403, 404, 409. */
  find(caller: Caller, names: { integration: string; interface: string }): Target;
  /** By the name of a property: an interface of the same integration; undefined when there is none. Throws ApiRefused 403, 409. */
  findNested(caller: Caller, parent: Target, name: string): Target | undefined;
  /** Compiled as it was in this version, or as it is now. */
  mapped(kept: InboundInterface): MappedInterface;
};

const mostCompiled = 500;

export function createTargets(store: HubStore, now: () => number): Targets {
  const compiled = new Map<string, MappedInterface>();
  const mapped = (kept: InboundInterface): MappedInterface => {
    const name = `${kept.id} ${kept.version}`;
    const known = compiled.get(name) ?? mapInterface(kept.definition, now());
    compiled.delete(name);
    compiled.set(name, known);
    for (const oldest of compiled.keys()) {
      if (compiled.size <= mostCompiled) break;
      compiled.delete(oldest);
    }
    return known;
  };
  const targetOf = (found: KeptInterface): Target => {
    const kept = requireReady(found);
    const { definition } = kept;
    const connection = store.connections.findByName(definition.connection);
    if (connection === undefined)
      throw refuseCall(
        409,
        `The interface ${definition.name} has no connection: ${definition.connection} is not there any more.`,
        'Ask an administrator of the hub to choose another connection for it.',
      );
    return { kept, mapped: requireSteadyKey(kept, mapped(kept)), agentRow: connection.agentRow };
  };
  const findFast = createShortcut<string, Target>(() => store.audit.lastId());
  return {
    mapped,
    find(caller, names) {
      requireAllowed(caller, names.integration, names.interface);
      const name = `${names.integration}/${names.interface}`;
      return findFast(name, () => {
        const kept = findKept(store, names);
        requireTaking(store, kept);
        return targetOf(kept);
      });
    },
    findNested(caller, parent, name) {
      const kept = store.interfaces.findByName(name);
      if (kept === undefined || kept.integrationId !== parent.kept.integrationId) return undefined;
      requireAllowed(caller, kept.definition.integration, kept.definition.name);
      return targetOf(kept);
    },
  };
}

function findKept(store: HubStore, names: { integration: string; interface: string }): KeptInterface {
  const integration = store.integrations.findByName(names.integration);
  if (integration === undefined) throw nothingCalled(store, 'integration', names.integration);
  const kept = store.interfaces.findByName(names.interface);
  if (kept !== undefined && kept.integrationId === integration.id) return kept;
  const others = store.interfaces.ofIntegration(integration.id).map(({ definition }) => definition.name);
  const nearest = findNearestName(names.interface, others);
  const message = `The integration ${integration.name} has no interface ${names.interface}.`;
  throw refuseCall(404, message, nearest === undefined ? 'Name one of its interfaces.' : `Is ${nearest} meant?`);
}

function nothingCalled({ integrations }: HubStore, what: string, name: string) {
  const nearest = findNearestName(
    name,
    integrations.list({ pageSize: 200 }).rows.map((one) => one.name),
  );
  const next = nearest === undefined ? 'Create it first.' : `Is ${nearest} meant?`;
  return refuseCall(404, `There is no ${what} ${name}.`, next);
}

/** To a client that is bound to interfaces, others do not exist. */
function requireAllowed({ name, interfaces }: Caller, integration: string, wanted: string): void {
  if (interfaces === null) return;
  const full = `${integration}/${wanted}`;
  if (interfaces.some((one) => one.toLowerCase() === full.toLowerCase())) return;
  throw refuseCall(
    403,
    `The client ${name} may not use the interface ${full}.`,
    'Ask an administrator of the hub to add it to the allowed interfaces of this client.',
  );
}

/** inactive: taken, and kept until it is active again. */
function requireTaking(store: HubStore, { integrationId }: KeptInterface): void {
  const integration = store.integrations.find(integrationId);
  if (integration?.state !== 'stopped') return;
  throw refuseCall(
    409,
    `The integration ${integration.name} is stopped: it takes no records.`,
    'Send them again once somebody has made it active.',
  );
}

export function hasInbound(kept: KeptInterface): kept is InboundInterface {
  return isInbound(kept.definition);
}

function requireReady(kept: KeptInterface): InboundInterface {
  const { name, status } = kept.definition;
  if (!hasInbound(kept))
    throw refuseField(
      'interface',
      `The interface ${name} goes out of Salesforce and takes no records.`,
      'Name one that goes into Salesforce.',
    );
  if (status === 'deployed') return kept;
  throw refuseCall(
    409,
    `The interface ${name} is not deployed: it takes no records.`,
    'Send them again once somebody has deployed it.',
  );
}

function requireSteadyKey({ definition }: KeptInterface, mapped: MappedInterface): MappedInterface {
  if (!mapped.changesWithTime) return mapped;
  throw refuseCall(
    409,
    `The interface ${definition.name} tells its records apart by values that change with the time of day.`,
    'Give it a key, a mapped field that is unique in Salesforce, or an external id.',
  );
}
