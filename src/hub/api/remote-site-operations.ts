/** Remote Sites: the hosts and ports the hub may call; New, Edit, Delete. */
import { type Static, Type } from 'typebox';
import { listOf, listQuery, notThere, refuseField } from '../../web/index.ts';
import { readSiteUrl } from '../site-url.ts';
import type { HubStore, NewRemoteSite, RemoteSite } from '../store/index.ts';
import { closed, operation } from './operation.ts';

const page = 'Remote Sites';
const role = 'administrator';

const fields = {
  name: Type.String({
    title: 'Remote Site Name',
    minLength: 1,
    maxLength: 80,
    pattern: '^[A-Za-z][A-Za-z0-9_]*$',
    description: 'Begin with a letter; use letters, digits and underscores only.',
  }),
  url: Type.String({ title: 'Remote Site URL', minLength: 1, maxLength: 255 }),
  description: Type.Optional(Type.Union([Type.String({ maxLength: 255 }), Type.Null()], { title: 'Description' })),
  active: Type.Optional(Type.Boolean({ title: 'Active', default: true })),
};

const newSite = Type.Object(fields, closed);

const site = Type.Object(
  {
    id: Type.Integer(),
    name: fields.name,
    url: fields.url,
    description: Type.Union([Type.String(), Type.Null()]),
    active: Type.Boolean(),
    changedAt: Type.Integer(),
    changedBy: Type.String(),
    version: Type.Integer(),
  },
  closed,
);

export const remoteSiteOperations = [
  operation({
    method: 'GET',
    path: '/remote-sites',
    id: 'listRemoteSites',
    summary: 'All remote sites.',
    page,
    query: listQuery,
    answer: listOf(site),
    run: ({ query }, { store }) => ({ json: store.remoteSites.list(query) }),
  }),
  operation({
    method: 'POST',
    path: '/remote-sites',
    id: 'createRemoteSite',
    summary: 'Allows the hub to call a host at a port.',
    page,
    role,
    status: 201,
    body: newSite,
    answer: site,
    async run({ body, person }, { store }) {
      return { json: await store.remoteSites.add(person.username, checkSite(store, body, undefined)) };
    },
  }),
  operation({
    method: 'GET',
    path: '/remote-sites/:id',
    id: 'getRemoteSite',
    summary: 'One remote site.',
    page,
    answer: site,
    run: ({ params }, { store }) => ({ json: getSite(store, params.id) }),
  }),
  operation({
    method: 'PUT',
    path: '/remote-sites/:id',
    id: 'changeRemoteSite',
    summary: 'Changes a remote site; an inactive one is not called.',
    page,
    role,
    refusals: [409],
    body: Type.Object({ ...fields, version: Type.Integer() }, closed),
    answer: site,
    async run({ params, body: { version, ...wished }, person }, { store }) {
      const { id } = getSite(store, params.id);
      const checked = checkSite(store, wished, id);
      return { json: await store.remoteSites.change(person.username, id, { ...checked, version }) };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/remote-sites/:id',
    id: 'deleteRemoteSite',
    summary: 'Deletes a remote site; what it allowed is called no more.',
    page,
    role,
    async run({ params, person }, { store }) {
      await store.remoteSites.remove(person.username, getSite(store, params.id));
      return { json: undefined };
    },
  }),
];

function getSite({ remoteSites }: HubStore, id: string | undefined): RemoteSite {
  const found = remoteSites.find(Number(id));
  if (found === undefined) throw notThere('remote site');
  return found;
}

/** `own` is the id of the site that is being changed. */
function checkSite({ remoteSites }: HubStore, given: Static<typeof newSite>, own: number | undefined): NewRemoteSite {
  const { name, description = null, active = true } = given;
  const url = readSiteUrl(given.url);
  const sameName = remoteSites.findByName(name);
  if (sameName !== undefined && sameName.id !== own)
    throw refuseField('name', `There is a remote site ${sameName.name} already.`, 'Enter another name.');
  const sameUrl = remoteSites.findByUrl(url);
  if (sameUrl !== undefined && sameUrl.id !== own)
    throw refuseField('url', `${url} is allowed already, by ${sameUrl.name}.`, 'Use that remote site, or change it.');
  return { name, url, description, active };
}
