/** Interfaces: one exchange of data in one direction each; New, Edit, Delete, where it is used, when it is due. */
import { type Static, Type } from 'typebox';
import type { ValuePath } from '../../base/index.ts';
import {
  anyInterfaceSchema,
  checkSchedule,
  interfaceStatuses,
  nextRuns,
  scheduleSchema,
} from '../../protocol/index.ts';
import { type ApiRefused, listOf, listQueryWith, notThere, refuseCall, refuseField } from '../../web/index.ts';
import type { HubParts } from '../hub-parts.ts';
import type { HubStore, KeptInterface } from '../store/index.ts';
import { checkDefinition } from './interface-checks.ts';
import { closed, operation } from './operation.ts';

const page = 'Interfaces';
const role = 'administrator';
const shownRuns = 5;

const kept = Type.Object(
  {
    id: Type.Integer(),
    integrationId: Type.Integer(),
    definition: anyInterfaceSchema,
    changedAt: Type.Integer(),
    changedBy: Type.String(),
    version: Type.Integer(),
  },
  closed,
);

const dueAt = Type.Array(Type.Integer(), {
  description: 'The next five times it is due, in milliseconds since 1970, UTC; none without a schedule.',
});

export const keptInterface = Type.Object({ ...kept.properties, nextRuns: dueAt }, closed);

/** A filter of lists of interfaces. */
export const ofStatus = Type.Optional(
  Type.Enum([...interfaceStatuses], { description: 'Only those that are deployed, or that are not.' }),
);

export const interfaceOperations = [
  operation({
    method: 'GET',
    path: '/interfaces',
    id: 'listInterfaces',
    summary: 'All interfaces, or those of an integration or a connection.',
    page,
    query: listQueryWith({
      integration: Type.Optional(
        Type.String({ maxLength: 80, description: 'Only those of the integration of this name.' }),
      ),
      connection: Type.Optional(
        Type.String({ maxLength: 80, description: 'Only those that use the connection of this name.' }),
      ),
      status: ofStatus,
    }),
    answer: listOf(kept),
    run: ({ query }, { store }) => ({ json: store.interfaces.list(query) }),
  }),
  operation({
    method: 'POST',
    path: '/interfaces',
    id: 'createInterface',
    summary: 'Creates an interface; its first version.',
    page,
    role,
    status: 201,
    refusals: [409],
    body: Type.Object({ definition: anyInterfaceSchema }, closed),
    answer: keptInterface,
    async run({ body, person }, parts) {
      const { store } = parts;
      const checked = checkDefinition(store, body.definition, undefined);
      return { json: shown(await store.interfaces.add(person.username, checked), parts) };
    },
  }),
  operation({
    method: 'GET',
    path: '/interfaces/:id',
    id: 'getInterface',
    summary: 'One interface, as it is now.',
    page,
    answer: keptInterface,
    run: ({ params }, parts) => ({ json: shown(getInterface(parts.store, params.id), parts) }),
  }),
  operation({
    method: 'PUT',
    path: '/interfaces/:id',
    id: 'changeInterface',
    summary: 'Saves an interface as a new version.',
    page,
    role,
    refusals: [409],
    body: Type.Object({ definition: anyInterfaceSchema, version: Type.Integer() }, closed),
    answer: keptInterface,
    async run({ params, body: { definition, version }, person }, parts) {
      const { store } = parts;
      const before = getInterface(store, params.id);
      const checked = checkDefinition(store, definition, before);
      return { json: shown(await store.interfaces.change(person.username, before, { ...checked, version }), parts) };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/interfaces/:id',
    id: 'deleteInterface',
    summary: 'Deletes an interface with its versions, unless an API client is allowed it by name.',
    page,
    role,
    refusals: [409],
    async run({ params, person }, { store }) {
      const gone = getInterface(store, params.id);
      const names = store.interfaces.clientsOf(gone).map(({ name }) => name);
      if (names.length > 0)
        throw refuseCall(
          409,
          `${gone.definition.name} is an allowed interface of ${names.join(', ')}.`,
          'Take it out of the allowed interfaces of these API clients first.',
        );
      await store.interfaces.remove(person.username, gone);
      return { json: undefined };
    },
  }),
  operation({
    method: 'GET',
    path: '/interfaces/:id/where-used',
    id: 'getInterfaceUse',
    summary: 'The API clients that are allowed this interface by name.',
    page,
    answer: Type.Object(
      { apiClients: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() }, closed)) },
      closed,
    ),
    run: ({ params }, { store }) => ({
      json: { apiClients: store.interfaces.clientsOf(getInterface(store, params.id)) },
    }),
  }),
  operation({
    method: 'POST',
    path: '/schedules/next-runs',
    id: 'showNextRuns',
    summary: 'The next five times of a schedule that is not saved yet.',
    page,
    body: Type.Object({ schedule: scheduleSchema }, closed),
    answer: Type.Object({ nextRuns: dueAt }, closed),
    run({ body: { schedule } }, { clock }) {
      checkSchedule(schedule, refuseSchedule);
      return { json: { nextRuns: nextRuns(schedule, { from: clock.now(), count: shownRuns }) } };
    },
  }),
];

function refuseSchedule(path: ValuePath, reason: string): ApiRefused {
  const label = path.length === 0 ? 'The schedule' : path.join('.');
  return refuseField(['schedule', ...path].join('.'), `${label} ${reason}.`, 'Correct it.');
}

export function getInterface({ interfaces }: HubStore, id: string | undefined): KeptInterface {
  const found = interfaces.find(Number(id));
  if (found === undefined) throw notThere('interface');
  return found;
}

export function shown(found: KeptInterface, { clock }: Pick<HubParts, 'clock'>): Static<typeof keptInterface> {
  const { schedule } = found.definition;
  const due = schedule === undefined ? [] : nextRuns(schedule, { from: clock.now(), count: shownRuns });
  return { ...found, nextRuns: due };
}
