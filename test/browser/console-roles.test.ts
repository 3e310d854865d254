/** What each role is offered on the pages of the Console: nothing that the hub would refuse. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openInterfacesStage } from './interfaces-stage.ts';
import type { Person } from './person.ts';

const ranks = ['viewer', 'operator', 'administrator'] as const;
type Role = (typeof ranks)[number];

/** For everybody: what changes nothing, or leads to another page. */
const harmless =
  /^(Export|Previous Page|Next Page|Previous|Next|First|Find|Clear Filter|Preview|Close|Compare version \d+ with the newest|Copy .*|Change Password|Agent Control Board)$/;

type Offered = { path: string; title: string; acts: Partial<Record<Role, readonly string[]>> };

/** Each act with the least role that may. */
const pages: readonly Offered[] = [
  { path: '/', title: 'Home', acts: {} },
  { path: '/control-board', title: 'Agent Control Board', acts: { operator: ['Manual Process'] } },
  { path: '/runs', title: 'Runs', acts: {} },
  { path: '/messages', title: 'Message Monitor', acts: { operator: ['Reprocess', 'Cancel'] } },
  { path: '/integrations', title: 'Integrations', acts: { administrator: ['New'] } },
  {
    path: '/integrations/1',
    title: 'Retail',
    acts: { administrator: ['Edit', 'Delete', 'Move shops up', 'Move shops down', 'Save Order'] },
  },
  { path: '/interfaces', title: 'Interfaces', acts: { administrator: ['New', 'Edit shops'] } },
  { path: '/interfaces/1', title: 'shops', acts: { administrator: ['Edit', 'Delete', 'Restore version 1'] } },
  { path: '/remote-sites', title: 'Remote Sites', acts: { administrator: ['New'] } },
  { path: '/connections', title: 'Connection Destination', acts: { administrator: ['New'] } },
  {
    path: '/connections/1',
    title: 'acme',
    acts: {
      operator: ['Ping Agent Connection', 'Ping Salesforce Connection', 'Show Tables', 'Show Objects'],
      administrator: ['Edit', 'Delete', 'Forget Certificate', 'Enter Second Pair'],
    },
  },
  { path: '/agents', title: 'Agents', acts: { administrator: ['New Registration Code'] } },
  { path: '/api-clients', title: 'API Clients', acts: { administrator: ['New'] } },
  { path: '/people', title: 'People', acts: { administrator: ['New'] } },
  { path: '/people/1', title: 'Administrator', acts: { administrator: ['Edit', 'Reset Password'] } },
  { path: '/retention', title: 'Retention', acts: { administrator: ['Save'] } },
  { path: '/audit-trail', title: 'Audit Trail', acts: {} },
  { path: '/own-password', title: 'Change My Password', acts: {} },
];

const forAdministrators = [
  ...['/integrations/new', '/integrations/1/edit', '/interfaces/new', '/interfaces/1/edit', '/remote-sites/new'],
  ...['/connections/new', '/connections/1/edit', '/api-clients/new', '/people/new', '/people/1/edit'],
];

const shops = {
  ...{ name: 'shops', integration: 'Retail', connection: 'acme', source: { table: 'shop' }, object: 'Account' },
  ...{ operation: 'insert', mapping: { Name: 'name' } },
};

async function openRoles() {
  const stage = await openInterfacesStage();
  const { call } = stage;
  const made = await call('POST', '/interfaces', { definition: shops });
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  const { id, version, definition } = made.json;
  const changed = { definition: { ...definition, maxRetries: 3 }, version };
  assert.equal((await call('PUT', `/interfaces/${id}`, changed)).status, 200);
  return stage;
}

/** Buttons, links that look like them, and links at the end of a row; not what sorts a list or filters it by status. */
async function actsOn({ page }: Person): Promise<string[]> {
  const found = page
    .locator('main')
    .locator('button:not(.sort, .statuscount), a.button, td.act a')
    .filter({ visible: true });
  const names = await found.evaluateAll((all: { getAttribute(name: string): string | null; textContent: string }[]) =>
    all.map((one) => one.getAttribute('aria-label') ?? one.textContent),
  );
  const plain = names.map((name) => name.replaceAll(/\s+/g, ' ').trim());
  return plain.filter((name) => name !== '' && !harmless.test(name));
}

for (const [rank, role] of ranks.entries())
  test(`on each page ${role === 'viewer' ? 'a' : 'an'} ${role} is offered what the role may do, and nothing else`, async () => {
    await using stage = await openRoles();
    const made = await stage.call('POST', '/people', { username: role, name: 'Somebody', role });
    const person = await stage.enter('/', { as: { username: role, password: made.json.password } });
    await person.comesTo('Home');
    const offered: Record<string, string[]> = {};
    const wanted: Record<string, string[]> = {};
    for (const { path, title, acts } of pages) {
      await person.page.goto(path);
      await person.comesTo(title);
      offered[path] = (await actsOn(person)).toSorted();
      wanted[path] = ranks
        .slice(0, rank + 1)
        .flatMap((least) => acts[least] ?? [])
        .toSorted();
    }
    assert.deepEqual(offered, wanted);
    if (role === 'administrator') return;
    for (const path of forAdministrators) {
      await person.page.goto(path);
      await person.comesTo('Not for your role');
      await person.reads('This page is for administrators.');
    }
    await person.reads(/Ask an administrator to do it, or to change your role\./);
  });
