/** Integrations: what belongs together; New, Edit, the order of its interfaces, Delete. */
import { type Static, Type } from 'typebox';
import { integrationSchema, integrationStates, maxSequence } from '../../protocol/index.ts';
import { listOf, listQuery, notThere, refuseCall, refuseField } from '../../web/index.ts';
import type { HubStore, Integration, NewIntegration } from '../store/index.ts';
import { closed, operation } from './operation.ts';

const page = 'Integrations';
const role = 'administrator';

const { name, description, sequence, state } = integrationSchema.properties;

const fields = {
  name,
  description: Type.Optional(description),
  sequence: Type.Optional(sequence),
  state: Type.Optional(state),
};

const integration = Type.Object(
  {
    id: Type.Integer(),
    name,
    description: Type.Union([Type.String(), Type.Null()]),
    sequence: Type.Integer(),
    state: Type.Enum([...integrationStates]),
    interfaces: Type.Integer({ description: 'How many it has.' }),
    changedAt: Type.Integer(),
    changedBy: Type.String(),
    version: Type.Integer(),
  },
  closed,
);

const newIntegration = Type.Object(fields, closed);

const place = Type.Object(
  { id: Type.Integer(), sequence: Type.Integer({ minimum: 0, maximum: maxSequence }), version: Type.Integer() },
  closed,
);

export const integrationOperations = [
  operation({
    method: 'GET',
    path: '/integrations',
    id: 'listIntegrations',
    summary: 'All integrations.',
    page,
    query: listQuery,
    answer: listOf(integration),
    run: ({ query }, { store }) => ({ json: store.integrations.list(query) }),
  }),
  operation({
    method: 'POST',
    path: '/integrations',
    id: 'createIntegration',
    summary: 'Creates an integration.',
    page,
    role,
    status: 201,
    refusals: [409],
    body: newIntegration,
    answer: integration,
    async run({ body, person }, { store }) {
      return { json: await store.integrations.add(person.username, checkIntegration(store, body, undefined)) };
    },
  }),
  operation({
    method: 'GET',
    path: '/integrations/:id',
    id: 'getIntegration',
    summary: 'One integration.',
    page,
    answer: integration,
    run: ({ params }, { store }) => ({ json: getIntegration(store, params.id) }),
  }),
  operation({
    method: 'PUT',
    path: '/integrations/:id',
    id: 'changeIntegration',
    summary: 'Changes an integration; what names it by its name goes on doing so.',
    page,
    role,
    refusals: [409],
    body: Type.Object({ ...fields, version: Type.Integer() }, closed),
    answer: integration,
    async run({ params, body: { version, ...wished }, person }, { store }) {
      const before = getIntegration(store, params.id);
      const checked = checkIntegration(store, wished, before);
      return { json: await store.integrations.change(person.username, before, { ...checked, version }) };
    },
  }),
  operation({
    method: 'PUT',
    path: '/integrations/:id/order',
    id: 'orderInterfaces',
    summary: 'Puts interfaces of an integration at other places, all at once.',
    page,
    role,
    refusals: [409],
    body: Type.Object({ interfaces: Type.Array(place, { title: 'Interfaces', minItems: 1, maxItems: 100 }) }, closed),
    async run({ params, body, person }, { store }) {
      const ordered = getIntegration(store, params.id);
      checkPlaces(store, ordered, body.interfaces);
      await store.interfaces.reorder(person.username, ordered, body.interfaces);
      return { json: undefined };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/integrations/:id',
    id: 'deleteIntegration',
    summary: 'Deletes an integration that has no interfaces.',
    page,
    role,
    refusals: [409],
    async run({ params, person }, { store }) {
      const gone = getIntegration(store, params.id);
      const names = store.interfaces.ofIntegration(gone.id).map(({ definition }) => definition.name);
      if (names.length > 0)
        throw refuseCall(409, `${gone.name} has interfaces: ${names.join(', ')}.`, 'Delete or move them first.');
      await store.integrations.remove(person.username, gone);
      return { json: undefined };
    },
  }),
];

function getIntegration({ integrations }: HubStore, id: string | undefined): Integration {
  const found = integrations.find(Number(id));
  if (found === undefined) throw notThere('integration');
  return found;
}

/** What is left out stays as it was. */
function checkIntegration(
  { integrations }: HubStore,
  given: Static<typeof newIntegration>,
  own: Integration | undefined,
): NewIntegration {
  const same = integrations.findByName(given.name);
  if (same !== undefined && same.id !== own?.id)
    throw refuseField('name', `There is an integration ${same.name} already.`, 'Enter another name.');
  return {
    name: given.name,
    description: given.description === undefined ? (own?.description ?? null) : given.description,
    sequence: given.sequence ?? own?.sequence ?? Math.min(integrations.nextSequence(), maxSequence),
    state: given.state ?? own?.state ?? 'active',
  };
}

/** Whoever sorts must have seen the interfaces as they are; two never stand at one place. */
function checkPlaces({ interfaces }: HubStore, { id }: Integration, places: readonly Static<typeof place>[]): void {
  const wished = new Map(places.map((one) => [one.id, one.sequence]));
  if (wished.size < places.length) throw refuseField('interfaces', 'An interface is named twice.', 'Name each once.');
  const taken = new Map<number, string>();
  for (const { id: own, definition } of interfaces.ofIntegration(id)) {
    const sequence = wished.get(own) ?? definition.sequence;
    const other = taken.get(sequence);
    if (other !== undefined)
      throw refuseField(
        'interfaces',
        `${other} and ${definition.name} would both stand at ${sequence}.`,
        'Give each its own place.',
      );
    taken.set(sequence, definition.name);
  }
}
