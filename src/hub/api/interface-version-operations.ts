/** The versions of an interface: listed, looked at, compared field by field, restored. */
import { Type } from 'typebox';
import { anyInterfaceSchema } from '../../protocol/index.ts';
import { listOf, listQuery, notThere } from '../../web/index.ts';
import type { HubStore, InterfaceVersion, KeptInterface } from '../store/index.ts';
import { checkDefinition } from './interface-checks.ts';
import { differencesOf } from './interface-difference.ts';
import { getInterface, keptInterface, shown } from './interface-operations.ts';
import { closed, operation } from './operation.ts';

const page = 'Interfaces';

const version = Type.Object(
  {
    version: Type.Integer(),
    savedAt: Type.Integer(),
    savedBy: Type.String(),
    restored: Type.Union([Type.Integer(), Type.Null()], { description: 'The version that was taken up again.' }),
  },
  closed,
);

const number = (title: string) => Type.Integer({ title, minimum: 1 });

export const interfaceVersionOperations = [
  operation({
    method: 'GET',
    path: '/interfaces/:id/versions',
    id: 'listInterfaceVersions',
    summary: 'Every version that was saved, by whom and when; the newest first.',
    page,
    query: listQuery,
    answer: listOf(version),
    run({ params, query }, { store }) {
      return { json: store.interfaces.versions(getInterface(store, params.id).id, query) };
    },
  }),
  operation({
    method: 'GET',
    path: '/interfaces/:id/versions/:version',
    id: 'getInterfaceVersion',
    summary: 'One version, as it was saved.',
    page,
    answer: Type.Object({ ...version.properties, definition: anyInterfaceSchema }, closed),
    run({ params }, { store }) {
      return { json: getVersion(store, getInterface(store, params.id), Number(params.version)) };
    },
  }),
  operation({
    method: 'GET',
    path: '/interfaces/:id/difference',
    id: 'compareInterfaceVersions',
    summary: 'What differs between two versions, field by field.',
    page,
    query: Type.Object({ from: number('From'), to: number('To') }, closed),
    answer: Type.Object(
      {
        differences: Type.Array(
          Type.Object(
            {
              field: Type.String({ description: 'Its name, with dots: mapping.Name.formula.' }),
              before: Type.Unknown({ description: 'null where it was not there.' }),
              after: Type.Unknown({ description: 'null where it is not there.' }),
            },
            closed,
          ),
        ),
      },
      closed,
    ),
    run({ params, query }, { store }) {
      const compared = getInterface(store, params.id);
      const [before, after] = [query.from, query.to].map((wanted) => getVersion(store, compared, wanted));
      return { json: { differences: differencesOf(before?.definition, after?.definition) } };
    },
  }),
  operation({
    method: 'POST',
    path: '/interfaces/:id/restore',
    id: 'restoreInterfaceVersion',
    summary: 'Saves an earlier version as the newest; integration and sequence stay as they are.',
    page,
    role: 'administrator',
    refusals: [409],
    body: Type.Object({ restore: number('Version to Restore'), version: Type.Integer() }, closed),
    answer: keptInterface,
    async run({ params, body, person }, parts) {
      const { store } = parts;
      const before = getInterface(store, params.id);
      const { definition } = getVersion(store, before, body.restore);
      const { integration, sequence } = before.definition;
      const checked = checkDefinition(store, { ...definition, integration, sequence }, before);
      const save = { ...checked, version: body.version, restored: body.restore };
      return { json: shown(await store.interfaces.change(person.username, before, save), parts) };
    },
  }),
];

function getVersion({ interfaces }: HubStore, { id }: KeptInterface, wanted: number): InterfaceVersion {
  const found = interfaces.findVersion(id, wanted);
  if (found === undefined) throw notThere('version of this interface');
  return found;
}
