/** What the hub asks of an interface before it is saved, each at its field, and the form it is kept in. */
import { findNearestName, type ValuePath } from '../../base/index.ts';
import {
  type AnyInterfaceDefinition,
  checkAnyInterface,
  checkTargetForm,
  isOutbound,
  labelOf,
  maxSequence,
  saidByDefault,
  schemaOf,
} from '../../protocol/index.ts';
import { type ApiRefused, refuseField } from '../../web/index.ts';
import type { HubStore, Integration, KeptDefinition, KeptInterface } from '../store/index.ts';

export type CheckedInterface = { integrationId: number; definition: KeptDefinition };

/** Throws ApiRefused 400. `own` is the interface that is being changed. */
export function checkDefinition(
  store: HubStore,
  given: AnyInterfaceDefinition,
  own: KeptInterface | undefined,
): CheckedInterface {
  checkDraft(given);
  const integration = findIntegration(store, given.integration);
  refuseSameName(store, given.name, own);
  checkConnection(store, given);
  const sequence = chooseSequence(store, { integration, wished: given.sequence, own });
  const complete = { ...given, ...saidByDefault(given), integration: integration.name, sequence };
  return { integrationId: integration.id, definition: inOrder(complete as AnyInterfaceDefinition) as KeptDefinition };
}

/** As far as an interface can be judged by itself: also one that nobody saves yet. */
export function checkDraft(definition: AnyInterfaceDefinition): void {
  const refuse = refusing(definition);
  refuseOpenVariables(definition, refuse);
  checkAnyInterface(definition, refuse);
}

type Refuse = (path: ValuePath, reason: string) => ApiRefused;

/** With the labels of its direction. */
export function refusing(definition: AnyInterfaceDefinition): Refuse {
  return (path, reason) => {
    const field = ['definition', ...path].join('.');
    return refuseField(field, `${labelOf(definition, path)} ${reason}.`, 'Correct it and save again.');
  };
}

/** The hub sends what it keeps to any agent, and has nothing to fill such a hole with. */
function refuseOpenVariables(value: unknown, refuse: Refuse, path: ValuePath = []): void {
  if (typeof value === 'string' && value.includes('${env:'))
    throw refuse(
      path,
      'names a variable of the environment, which is filled in where a file is read; write the value itself',
    );
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (name.includes('${env:')) refuseOpenVariables(name, refuse, path);
    refuseOpenVariables(member, refuse, [...path, name]);
  }
}

function findIntegration({ integrations }: HubStore, name: string | undefined): Integration {
  if (name === undefined)
    throw refuseField('definition.integration', 'Integration is required.', 'Choose the integration it belongs to.');
  const found = integrations.findByName(name);
  if (found !== undefined) return found;
  const names = integrations.list({ pageSize: 200 }).rows.map((one) => one.name);
  const nearest = findNearestName(name, names);
  const next = nearest === undefined ? 'Create it first.' : `Is ${nearest} meant? Or create it first.`;
  throw refuseField('definition.integration', `There is no integration ${name}.`, next);
}

function refuseSameName({ interfaces }: HubStore, name: string, own: KeptInterface | undefined): void {
  const same = interfaces.findByName(name);
  if (same === undefined || same.id === own?.id) return;
  const { definition } = same;
  throw refuseField(
    'definition.name',
    `There is an interface ${definition.name} already, in ${definition.integration}.`,
    'Enter another name: runs and messages are found by it.',
  );
}

function checkConnection({ connections }: HubStore, definition: AnyInterfaceDefinition): void {
  const { connection: name } = definition;
  const found = connections.findByName(name);
  if (found === undefined)
    throw refuseField(
      'definition.connection',
      `There is no connection ${name}.`,
      'Choose one of the list, or create it first.',
    );
  if (isOutbound(definition)) checkTargetForm(definition, found.database.type, refusing(definition));
}

type Choosing = { integration: Integration; wished: number | undefined; own: KeptInterface | undefined };

function chooseSequence({ interfaces }: HubStore, { integration, wished, own }: Choosing): number {
  const others = interfaces.ofIntegration(integration.id).filter(({ id }) => id !== own?.id);
  const taken = new Map(others.map(({ definition }) => [definition.sequence, definition.name]));
  const stays = own?.integrationId === integration.id ? own.definition.sequence : undefined;
  const free = stays ?? nextFree(taken);
  const chosen = wished ?? free;
  if (chosen === undefined)
    throw refuseField(
      'definition.sequence',
      `${integration.name} is full: it has an interface at each place.`,
      'Use another integration.',
    );
  const holder = taken.get(chosen);
  if (holder === undefined) return chosen;
  const next = free === undefined ? 'Change the order instead.' : `${free} is free; or change the order.`;
  throw refuseField('definition.sequence', `Sequence ${chosen} is taken by ${holder}.`, next);
}

/** Behind the last one, else the first gap. */
function nextFree(taken: ReadonlyMap<number, string>): number | undefined {
  const last = Math.max(0, ...taken.keys());
  if (last < maxSequence) return last + 1;
  return Array.from({ length: maxSequence + 1 }, (_, place) => place).find((place) => !taken.has(place));
}

/** Names in the order of the schema, so that the same interface is always the same text. */
function inOrder(complete: AnyInterfaceDefinition): Record<string, unknown> {
  const definition: Readonly<Record<string, unknown>> = complete;
  const names = Object.keys(schemaOf(complete).schema.properties).filter((name) => name !== '$schema');
  return Object.fromEntries(
    names.filter((name) => definition[name] !== undefined).map((name) => [name, definition[name]]),
  );
}
