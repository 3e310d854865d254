/** Login History and the Setup Audit Trail over the Setup API: filtered on the server, a page at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSetupInTest } from './setup-in-test.ts';

const setupText = `
users:
  - { username: admin@acme.example, lastName: Admin }
  - { username: ann@acme.example, lastName: Ann, profile: System Administrator }
  - { username: bob@acme.example, lastName: Bob, profile: System Administrator }
connectedApps:
  - { name: Loader, scopes: [api], clientCredentials: { enabled: true, runAs: ann@acme.example } }
  - { name: Reporter, scopes: [api], clientCredentials: { enabled: true, runAs: bob@acme.example } }
`;

type Row = { id: string; at: number; username: string; application: string; status: string };

/** Ann by Loader twice, Bob by Reporter once; then Bob is frozen and refused. A minute lies between one login and the next. */
async function openWithLogins() {
  const setup = await openSetupInTest(setupText);
  const { call, clock, token, verify } = setup;
  await verify();
  const apps = (await call('GET', '/apps')).json.rows as { id: string; name: string }[];
  const logIn = async (name: string) => {
    const id = apps.find((app) => app.name === name)?.id;
    const [pair] = (await call('GET', `/apps/${id}/consumer-details`)).json.pairs;
    await token(pair.consumerKey, pair.consumerSecret);
    clock.forward(60_000);
  };
  const startedAt = clock.now();
  for (const name of ['Loader', 'Loader', 'Reporter']) await logIn(name);
  const bob = (await call('GET', '/users?search=bob')).json.rows[0];
  const { version } = (await call('GET', `/users/${bob.id}`)).json;
  assert.equal((await call('PATCH', `/users/${bob.id}`, { version, frozen: true })).status, 200);
  await logIn('Reporter');
  const logins = async (query: string) => (await call('GET', `/login-history?${query}`)).json.rows as Row[];
  return { ...setup, startedAt, logins };
}

test('logins are found by user, application, status, time and text', async () => {
  const opened = await openWithLogins();
  await using _ = { [Symbol.asyncDispose]: opened[Symbol.asyncDispose] };
  const { logins, startedAt, call } = opened;
  const names = (rows: readonly Row[]) => rows.map(({ username }) => username.slice(0, 3));
  assert.deepEqual(names(await logins('')), ['bob', 'bob', 'ann', 'ann'], 'the newest first');
  assert.deepEqual(names(await logins('username=ANN')), ['ann', 'ann']);
  assert.deepEqual(names(await logins('application=Reporter')), ['bob', 'bob']);
  assert.deepEqual(names(await logins('application=Report')), [], 'an application by its whole name');
  const frozen = await logins('status=User+is+Frozen');
  assert.deepEqual(names(frozen), ['bob']);
  assert.deepEqual(names(await logins('status=Success&application=Reporter')), ['bob']);
  assert.deepEqual(names(await logins('search=frozen')), ['bob']);
  assert.deepEqual(names(await logins('search=OauthClient')), ['bob', 'bob', 'ann', 'ann']);
  const from = startedAt + 60_000;
  assert.deepEqual(names(await logins(`from=${from}&until=${from + 60_000}`)), ['ann'], 'until is left out itself');
  assert.deepEqual((await call('GET', '/history-offers')).json, {
    applications: ['Loader', 'Reporter'],
    statuses: ['Success', 'User is Frozen'],
    sections: (await call('GET', '/history-offers')).json.sections,
  });
});

test('a filter holds from page to page, until all that matches was read', async () => {
  const opened = await openWithLogins();
  await using _ = { [Symbol.asyncDispose]: opened[Symbol.asyncDispose] };
  const { call } = opened;
  const first = (await call('GET', '/login-history?pageSize=1&username=ann')).json;
  const second = (await call('GET', `/login-history?pageSize=1&username=ann&before=${first.next}`)).json;
  assert.deepEqual([first.rows.length, second.rows.length, second.next], [1, 1, null]);
  assert.notEqual(first.rows[0].id, second.rows[0].id);
});

test('the audit trail is found by user, section, time and text', async () => {
  const opened = await openWithLogins();
  await using _ = { [Symbol.asyncDispose]: opened[Symbol.asyncDispose] };
  const { call, clock } = opened;
  const trail = async (query: string) => {
    const { rows } = (await call('GET', `/audit-trail?${query}`)).json as { rows: { display: string }[] };
    return rows.map(({ display }) => display);
  };
  const [change] = await trail('search=BOB@acme.example');
  assert.match(change ?? '', /bob@acme\.example/);
  assert.ok((await trail('section=Manage+Users')).includes(change ?? ''));
  assert.deepEqual(await trail('section=Nowhere'), []);
  assert.ok((await trail('by=ADMIN@acme')).includes(change ?? ''));
  assert.deepEqual(await trail('by=bob'), []);
  assert.deepEqual(await trail('search=bob@acme.example&section=Nowhere'), []);
  assert.deepEqual(await trail(`from=${clock.now() + 1}`), []);
  const { sections } = (await call('GET', '/history-offers')).json;
  assert.ok(sections.includes('Manage Users'));
});
