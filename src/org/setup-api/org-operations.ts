/** Settings of the whole org: sharing, propagation delay and switches; and the lists that pages offer to choose from. */
import { Type } from 'typebox';
import { listOf, listQuery, notThere, pageOf, requireVersion, version, versionOf } from '../../web/index.ts';
import { isPermissionable } from '../schema/index.ts';
import { corsOrigin, maxCorsOrigins, type SetupModel, scopeTable, userPermissionTable } from '../setup/index.ts';
import { operation } from './operation.ts';

const closed = { additionalProperties: false } as const;
const sharingPage = 'Sharing Settings';
const orgWideDefault = Type.Enum(['Private', 'PublicReadOnly', 'PublicReadWrite'], { title: 'Default Access' });
const sharingRow = Type.Object({ object: Type.String(), label: Type.String(), value: orgWideDefault }, closed);

const sharing = [
  operation({
    method: 'GET',
    path: '/sharing-settings',
    id: 'listOrgWideDefaults',
    summary: 'Org-wide default of each object.',
    page: sharingPage,
    query: listQuery,
    answer: listOf(sharingRow),
    run({ query }, { org: { setup } }) {
      const rows = Object.entries(setup.orgWideDefaults).map(([object, value]) => {
        return { object, label: setup.schema.findObject(object)?.label ?? object, value };
      });
      return { json: pageOf(rows, query, 'label') };
    },
  }),
  operation({
    method: 'PUT',
    path: '/sharing-settings/:object',
    id: 'setOrgWideDefault',
    summary: 'Edit: the org-wide default of an object; `before` is the one that was shown.',
    page: sharingPage,
    refusals: [409],
    body: Type.Object({ value: orgWideDefault, before: Type.Optional(orgWideDefault) }, closed),
    answer: sharingRow,
    run({ params, body, administrator }, { org: { setup } }) {
      const object = setup.schema.findObject(params.object ?? '');
      const present = object && setup.orgWideDefaults[object.name];
      if (object === undefined || present === undefined) throw notThere('object');
      requireVersion(body.before ?? present, present);
      setup.administer(administrator.username).setOrgWideDefault(object.name, body.value);
      return { json: { object: object.name, label: object.label, value: body.value } };
    },
  }),
];

const settingsPage = 'External Client App Settings';
const settings = {
  propagationDelaySeconds: Type.Integer({
    title: 'Propagation delay',
    minimum: 0,
    maximum: 3600,
    description: 'Seconds before the token endpoint knows a new consumer key; Salesforce takes up to ten minutes.',
  }),
  credentialsInRestApi: Type.Boolean({ title: 'Allow access to external client app consumer secrets via REST API' }),
  usernamePasswordFlow: Type.Boolean({ title: 'Allow OAuth Username-Password Flows' }),
  corsAllowedOrigins: Type.Array(Type.String(corsOrigin), {
    title: 'Allowed Origins List',
    maxItems: maxCorsOrigins,
    description: 'CORS: pages of these origins may call the API from a browser.',
  }),
  corsForOAuthEndpoints: Type.Boolean({ title: 'Enable CORS for OAuth endpoints' }),
};
const settingsAnswer = Type.Object({ version, ...settings }, closed);

const orgSettings = [
  operation({
    method: 'GET',
    path: '/settings',
    id: 'getSettings',
    summary: 'Settings of the whole org.',
    page: settingsPage,
    answer: settingsAnswer,
    run: (_call, { org: { setup } }) => ({ json: viewOf(setup.settings) }),
  }),
  operation({
    method: 'PATCH',
    path: '/settings',
    id: 'editSettings',
    summary: 'Edit: what is left out stays as it is.',
    page: settingsPage,
    refusals: [409],
    body: Type.Object({ version, ...Type.Partial(Type.Object(settings)).properties }, closed),
    answer: settingsAnswer,
    run({ body: { version: given, ...change }, administrator }, { org: { setup } }) {
      requireVersion(given, versionOf(setup.settings));
      const changed = setup.administer(administrator.username).changeSettings(change);
      return { json: viewOf(changed) };
    },
  }),
];

function viewOf(given: SetupModel['settings']) {
  return { version: versionOf(given), ...given, corsAllowedOrigins: [...given.corsAllowedOrigins] };
}

const listsPage = 'Lists to choose from';
const scope = Type.Object(
  { token: Type.String(), label: Type.String({ description: 'With its token in brackets, as Setup shows it.' }) },
  closed,
);
const named = Type.Object({ name: Type.String(), label: Type.String() }, closed);
const objectRow = Type.Object({ ...named.properties, labelPlural: Type.String(), custom: Type.Boolean() }, closed);
const fieldRow = Type.Object(
  {
    name: Type.String(),
    label: Type.String(),
    type: Type.String(),
    length: Type.Integer({ description: 'Of a text; 0 for others.' }),
    referenceTo: Type.Array(Type.String()),
    externalId: Type.Boolean(),
    unique: Type.Boolean(),
    required: Type.Boolean({ description: 'A new record cannot do without it.' }),
    permissionable: Type.Boolean({
      description: 'Whether field permissions can be given; if not, it follows its object.',
    }),
  },
  closed,
);

const apexClassRow = Type.Object(
  {
    name: Type.String(),
    urlMapping: Type.Union([Type.String(), Type.Null()], { description: 'Below /services/apexrest.' }),
    methods: Type.Array(Type.String()),
  },
  closed,
);

const lists = [
  operation({
    method: 'GET',
    path: '/scopes',
    id: 'listScopes',
    summary: 'Available OAuth Scopes.',
    page: listsPage,
    query: listQuery,
    answer: listOf(scope),
    run({ query }) {
      const rows = scopeTable.map(({ token, label }) => ({ token, label: `${label} (${token})` }));
      return { json: pageOf(rows, query, 'label') };
    },
  }),
  operation({
    method: 'GET',
    path: '/user-permissions',
    id: 'listUserPermissions',
    summary: 'System Permissions.',
    page: listsPage,
    query: listQuery,
    answer: listOf(named),
    run: ({ query }) => ({
      json: pageOf(
        userPermissionTable.map(({ name, label }) => ({ name, label })),
        query,
        'label',
      ),
    }),
  }),
  operation({
    method: 'GET',
    path: '/apex-classes',
    id: 'listApexClasses',
    summary: 'Apex classes that access can be given to; the setup file of the org declares them.',
    page: listsPage,
    query: listQuery,
    answer: listOf(apexClassRow),
    run({ query }, { org: { setup } }) {
      const rows = (setup.setup.apexClasses ?? []).map(({ name, urlMapping = null, methods = [] }) => {
        return { name, urlMapping, methods: [...methods] };
      });
      return { json: pageOf(rows, query, 'name') };
    },
  }),
  operation({
    method: 'GET',
    path: '/objects',
    id: 'listObjects',
    summary: 'Objects whose permissions can be given.',
    page: listsPage,
    query: listQuery,
    answer: listOf(objectRow),
    run({ query }, { org: { setup } }) {
      const rows = setup.schema.objects.filter(({ store }) => store === 'records');
      return {
        json: pageOf(
          rows.map(({ name, label, labelPlural, custom }) => ({ name, label, labelPlural, custom })),
          query,
          'label',
        ),
      };
    },
  }),
  operation({
    method: 'GET',
    path: '/objects/:object/fields',
    id: 'listFields',
    summary: 'Fields of an object.',
    page: listsPage,
    query: listQuery,
    answer: listOf(fieldRow),
    run({ params, query }, { org: { setup } }) {
      const object = setup.schema.findObject(params.object ?? '');
      if (object === undefined) throw notThere('object');
      const rows = object.fields.map((field) => {
        const { name, label, type, length, referenceTo, externalId, unique, nillable } = field;
        const required = field.createable && !nillable && !field.defaultedOnCreate;
        const more = { length, referenceTo: [...referenceTo], externalId, unique, required };
        return { name, label, type, ...more, permissionable: isPermissionable(field) };
      });
      return { json: pageOf(rows, query, 'label') };
    },
  }),
];

export const orgOperations = [...sharing, ...orgSettings, ...lists];
