import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openConsoleStage } from './console-stage.ts';
import { withKeyboardAlone } from './keyboard.ts';
import type { Person } from './person.ts';

for (const [how, hands] of [
  ['by mouse', (person: Person) => person],
  ['by keyboard alone', withKeyboardAlone],
] as const)
  test(`W6: an API client gets its id and secret once, sends records with them, and is given another secret, ${how}`, async () => {
    await using stage = await openConsoleStage();
    const { call, hub } = stage;
    await prepare(stage);
    await stage.logIn();
    const person = hands(stage.person);
    await person.comesTo('Home');
    await person.open('client', 'API Clients');
    await person.comesTo('API Clients');
    await person.follow('New');
    await person.comesTo('New API Client');
    await person.press('Save');
    await person.reads(/Name/);
    await person.find('textbox', 'Name').and(person.page.locator('[aria-invalid=true]')).waitFor();
    await person.fill('Name', 'Till');
    await person.tick('Allow All Interfaces');
    await person.mark('Available Allowed Interfaces', 'Shop/places');
    await addMarked(person, 'Available Allowed Interfaces', 'Shop/places');
    await person.comesTo('New API Client');
    await person.press('Save');
    const first = await shownPair(person);
    await person.comesTo('Till');
    await person.picture('api-client');
    const page = (await person.page.textContent('body')) ?? '';
    assert.ok(!page.includes(first.secret), 'the secret is shown once');
    const { json } = await call('GET', '/api-clients');
    assert.deepEqual([json.rows[0].scopes, json.rows[0].interfaces], [['integrate'], ['Shop/places']]);

    const given = await token(hub.url, first);
    assert.equal(given.status, 200);
    const send = (name: string) => sendRecord(hub.url, given.json.access_token, name);
    const sent = await send('places');
    assert.equal(sent.status, 202, await sent.text());
    assert.equal((await send('others')).status, 403, 'an interface that is not allowed');
    assert.equal((await call('GET', '/messages')).json.rows[0].interface, 'places');

    await person.fill('Keep Old Secret For', '1');
    await person.press('Rotate Secret');
    const second = await shownPair(person);
    assert.notEqual(second.secret, first.secret);
    await person.reads('Old Secret Valid Until');
    assert.equal((await token(hub.url, first)).status, 200, 'both are valid for a while');
    assert.equal((await token(hub.url, second)).status, 200);
    await person.fill('Keep Old Secret For', '0');
    await person.tick('Revoke Tokens');
    await person.press('Rotate Secret');
    await shownPair(person);
    assert.equal((await token(hub.url, second)).status, 401, 'then the old one is refused');
    assert.equal((await send('places')).status, 401, 'its tokens ended');
    await person.comesTo('Till');
  });

type Stage = Awaited<ReturnType<typeof openConsoleStage>>;

/** A connection and two interfaces over it, made over the API. */
async function prepare({ call, connection }: Stage): Promise<void> {
  assert.equal((await call('POST', '/connections', connection('acme'))).status, 201);
  assert.equal((await call('POST', '/integrations', { name: 'Shop' })).status, 201);
  for (const name of ['places', 'others']) {
    const definition = {
      ...{ name, integration: 'Shop', connection: 'acme', status: 'deployed', source: { table: 'city' } },
      ...{ object: 'Account', operation: 'insert', mode: 'bulk', mapping: { Name: 'name' } },
    };
    const made = await call('POST', '/interfaces', { definition });
    assert.equal(made.status, 201, JSON.stringify(made.errors));
  }
}

async function addMarked(person: Person, list: string, option: string): Promise<void> {
  const add = person.find('button', 'Add');
  for (let at = 0; at < (await add.count()); at += 1)
    if (await add.nth(at).isEnabled()) await add.nth(at).press('Enter');
  await person.find('listbox', list).getByRole('option', { name: option, exact: true }).waitFor({ state: 'detached' });
}

/** As the dialog shows it, which is closed then. */
async function shownPair(person: Person): Promise<{ id: string; secret: string }> {
  await person.find('alertdialog', 'Client ID and Client Secret').waitFor();
  const textOf = async (name: string) => ((await person.find('status', name).textContent()) ?? '').trim();
  const pair = { id: await textOf('Client ID'), secret: await textOf('Client Secret') };
  await person.press('Copy Client Secret');
  await person.press('Close');
  await person.find('alertdialog', 'Client ID and Client Secret').waitFor({ state: 'detached' });
  return pair;
}

function sendRecord(hub: string, token: string | undefined, name: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const address = `${hub}/V4/integrate?integration=Shop&interface=${name}&mode=Asynchronous`;
  return fetch(address, { method: 'POST', headers, body: '[{"id":"1","name":"Lima"}]' });
}

async function token(hub: string, { id, secret }: { id: string; secret: string }) {
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const answer = await fetch(`${hub}/oauth2/token`, { method: 'POST', headers: { authorization }, body });
  return { status: answer.status, json: (await answer.json()) as Record<string, string> };
}

test('W6, wrong turns: each stands at its field, and a client that is made inactive is refused at once, by keyboard alone', async () => {
  await using stage = await openConsoleStage();
  const { call, hub } = stage;
  await prepare(stage);
  assert.equal((await call('POST', '/api-clients', { name: 'Till', scopes: ['integrate'] })).status, 201);
  await stage.logIn('/api-clients/new');
  const person = withKeyboardAlone(stage.person);
  await person.comesTo('New API Client');
  await person.fill('Name', 'till');
  await person.fill('Token Lifetime', 'an hour');
  await person.press('Save');
  await person.reads('Token Lifetime must be a number. Enter a whole number.');
  await person.fill('Token Lifetime', '5000');
  await person.press('Save');
  await person.find('textbox', 'Token Lifetime').and(person.page.locator('[aria-invalid=true]')).waitFor();
  await person.fill('Token Lifetime', '10');
  await person.press('Save');
  await person.reads('There is an API client Till already. Enter another name.');
  await person.fill('Name', 'Kiosk');
  await person.mark('Selected Allowed Scopes', 'integrate: send records in');
  await person.press('Remove');
  await person.press('Save');
  await person.reads(/Allowed Scopes/);
  await person.mark('Available Allowed Scopes', 'integrate: send records in');
  await person.press('Add');
  await person.press('Save');
  const pair = await shownPair(person);
  await person.comesTo('Kiosk');
  const { json } = await token(hub.url, pair);
  assert.equal((await sendRecord(hub.url, json.access_token, 'places')).status, 202);
  await person.open('message', 'Message Monitor');
  await person.comesTo('Message Monitor');
  await person.find('row', /places/).waitFor();
  await person.open('client', 'API Clients');
  await person.comesTo('API Clients');
  await person.follow('Kiosk');
  await person.comesTo('Kiosk');
  await person.fill('Keep Old Secret For', 'a while');
  await person.press('Rotate Secret');
  await person.reads('Keep Old Secret For must be a number. Enter a whole number.');
  await person.follow('Edit');
  await person.comesTo('Edit Kiosk');
  await person.tick('Active');
  await person.press('Save');
  await person.comesTo('Kiosk');
  await person.reads('Inactive');
  assert.equal((await token(hub.url, pair)).status, 401);
  assert.equal((await sendRecord(hub.url, json.access_token, 'places')).status, 401, 'its tokens ended');
});
