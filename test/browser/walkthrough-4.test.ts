import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { secondPair } from '../whole/connections-stage.ts';
import { type ConsoleStage, openConsoleStage } from './console-stage.ts';
import { enterByKeys, withKeyboardAlone } from './keyboard.ts';
import type { Person } from './person.ts';

type Enter = (box: Locator, value: string) => Promise<unknown>;

const byMouse: Enter = async (box, value) => {
  if (await box.evaluate((element) => element.matches('select'))) await box.selectOption(value);
  else await box.fill(value);
};

test('W4: a connection with a ping in each direction, saved, and its second key pair switched to, by mouse', async () => {
  await using stage = await openConsoleStage();
  await stage.logIn();
  await walk(stage, stage.person, byMouse);
});

test('W4 by keyboard alone', async () => {
  await using stage = await openConsoleStage();
  const { person } = stage;
  await stage.logIn();
  await walk(stage, withKeyboardAlone(person), (box, value) => enterByKeys(person.page, box, value));
});

/** In the part of a page with this heading. */
function inside(person: Person, region: string): Person['find'] {
  return (role, name) =>
    person.find('region', region).getByRole(role, typeof name === 'string' ? { name, exact: true } : { name });
}

async function walk(stage: ConsoleStage, person: Person, enter: Enter): Promise<void> {
  const { agent, org, call } = stage;
  await person.comesTo('Home');
  await person.reads(/There is no connection yet/);
  await person.open('remote', 'Remote Sites');
  await person.comesTo('Remote Sites');
  await person.follow('New');
  await person.comesTo('New Remote Site');
  await person.fill('Remote Site Name', 'Warehouse');
  await person.fill('Remote Site URL', 'https://localhost:9055');
  await person.fill('Description', 'the agent in the warehouse');
  assert.ok(await person.find('checkbox', 'Active').isChecked());
  await person.press('Save');
  await person.reads('Warehouse was saved.');
  const sites = (await call('GET', '/remote-sites?search=Warehouse')).json.rows;
  assert.deepEqual([sites[0].url, sites[0].active], ['https://localhost:9055', true]);

  await startConnection(person, 'acme');
  await fillAgent(stage, person, {}, enter);
  await fillDatabase(stage, person, {}, enter);
  await person.press('Ping Agent Connection');
  await person.reads('All steps are good.');
  const steps = await person.find('list', 'Ping Agent Connection').getByRole('listitem').allTextContents();
  for (const label of [
    'Remote site allowed',
    'Name resolved',
    'Port open',
    'TLS',
    'Signed in',
    'Agent version',
    'Tables visible',
  ])
    assert.ok(
      steps.some((step) => step.includes(label)),
      label,
    );
  assert.match(await inside(person, 'Agent')('textbox', 'Fingerprint').inputValue(), /^[0-9A-F:]+$/);
  await fillSalesforce(stage, person, {}, enter);
  assert.equal(
    await inside(person, 'Salesforce')('textbox', 'Token URL').inputValue(),
    `${org.url}/services/oauth2/token`,
  );
  await person.press('Ping Salesforce Connection');
  await person.find('list', 'Ping Salesforce Connection').waitFor();
  await person.reads(/loader@acme\.example/);
  await person.comesTo('New Connection');
  await person.picture('connection-pinged', {
    from: inside(person, 'Salesforce')('heading', 'Salesforce'),
    height: 1100,
  });
  await person.press('Save');
  await person.comesTo('acme');
  const [saved] = (await call('GET', '/connections')).json.rows;
  assert.deepEqual([saved.name, saved.verified, saved.agent.portForward], ['acme', true, agent.port]);
  const kept = (await person.page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')) as string;
  for (const secret of [agent.password, org.consumerSecret]) assert.ok(!kept.includes(secret));

  const pair = inside(person, 'Second Consumer Key and Secret');
  await enter(pair('textbox', 'Consumer Key'), secondPair.consumerKey);
  await enter(pair('textbox', 'Consumer Secret'), secondPair.consumerSecret);
  await person.press('Enter Second Pair');
  await person.reads('The second pair was entered; the one in use stays in use.');
  await person.press('Ping With Second Pair');
  await person.reads(/second@acme\.example/);
  await person.press('Switch to Second Pair');
  await person.reads('The second pair is in use; the one before is forgotten.');
  const { salesforce } = (await call('GET', `/connections/${saved.id}`)).json;
  assert.deepEqual([salesforce.consumerKey, salesforce.secondConsumerKey], [secondPair.consumerKey, null]);
  await person.press('Show Tables');
  await person.choose('Table', 'city');
  await person.find('cell', 'City 1').waitFor();
  await person.comesTo('acme');
}

/** Name and type, then Continue. */
async function startConnection(person: Person, name: string): Promise<void> {
  await person.open('connections', 'Connections');
  await person.comesTo('Connection Destination');
  await person.follow('New');
  await person.comesTo('New Connection');
  await person.fill('Name', name);
  await person.fill('Description', 'the shop');
  await person.choose('Type', 'Agent Database');
  await person.press('Continue');
  await person.find('button', 'Ping Agent Connection').waitFor();
}

type Change = Readonly<Record<string, string>>;

async function fillAll(person: Person, region: string, values: Change, enter: Enter): Promise<void> {
  const find = inside(person, region);
  for (const [label, value] of Object.entries(values)) await enter(find('textbox', label), value);
}

async function fillAgent({ agent }: ConsoleStage, person: Person, change: Change = {}, enter = byMouse): Promise<void> {
  const [Username, Password] = [agent.username, agent.password];
  const values = { 'Host URL': 'https://127.0.0.1', 'Port Forward': String(agent.port), Username, Password };
  await fillAll(person, 'Agent', { ...values, ...change }, enter);
}

async function fillDatabase(
  { postgres }: ConsoleStage,
  person: Person,
  change: Change = {},
  enter = byMouse,
): Promise<void> {
  const { host, port, database, user, password } = postgres;
  const values = { Host: host, Port: String(port), 'Database Name': database, User: user, Password: password };
  await enter(inside(person, 'Database')('combobox', 'TLS'), 'off');
  await fillAll(person, 'Database', { ...values, ...change }, enter);
}

async function fillSalesforce(
  { org }: ConsoleStage,
  person: Person,
  change: Change = {},
  enter = byMouse,
): Promise<void> {
  const [key, secret] = [org.consumerKey, org.consumerSecret];
  const values = { 'My Domain URL': org.url, 'Consumer Key': key, 'Consumer Secret': secret };
  await fillAll(person, 'Salesforce', { ...values, ...change }, enter);
}

test('W4, wrong turns: each is the first cross of its ping, with what mends it, or stands at its field', async () => {
  await using stage = await openConsoleStage({ pingStepMs: 8_000 });
  const { person, listSite, call } = stage;
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  try {
    await once(silent, 'listening');
    const silentPort = String((silent.address() as { port: number }).port);
    await listSite('Silent', Number(silentPort));
    await listSite('Nobody', 9);
    await stage.logIn('/connections/new');
    await person.comesTo('New Connection');
    await person.press('Continue');
    await person.reads('Name is required. Enter a value.');
    await person.fill('Name', 'wrong');
    await person.press('Continue');
    await person.press('Ping Agent Connection');
    await person.reads('Host is required. Enter a value.');
    await fillDatabase(stage, person);
    await person.press('Ping Agent Connection');
    await person.reads('Host URL is required. Enter a value.');
    await agentTurns(stage, silentPort);
    await salesforceTurns(stage);
    await person.press('Save');
    await person.reads(/Environment: The connection says sandbox/);
    assert.equal((await call('GET', '/connections')).json.total, 0);
    await person.press('Save Without Ping');
    await person.comesTo('wrong');
    await person.reads('This connection is unverified');
    const [saved] = (await call('GET', '/connections')).json.rows;
    assert.deepEqual([saved.verified, saved.salesforce.consumerSecretKept], [false, true]);
  } finally {
    silent.close();
  }
});

async function agentTurns(stage: ConsoleStage, silentPort: string): Promise<void> {
  const { person } = stage;
  const turns: [string, Change, Change, RegExp, RegExp][] = [
    [
      'a host that is no remote site',
      { 'Host URL': 'https://agent.example' },
      {},
      /Remote site allowed/,
      /Add it under Remote Sites/,
    ],
    ['nobody listens', { 'Port Forward': '9' }, {}, /Port open/, /Check the port/],
    ['an agent that hangs', { 'Port Forward': silentPort }, {}, /TLS/, /not overloaded or stuck/],
    ['a wrong user', { Username: 'root' }, {}, /Signed in to the agent/, /showed at its first start/],
    ['a wrong password', { Password: 'wrong' }, {}, /Signed in to the agent/, /showed at its first start/],
    ['a wrong database host', {}, { Host: 'no.such.invalid' }, /Database/, /Choose verify|spelling/],
    ['a wrong database port', {}, { Port: '9' }, /Database: Port open/, /Check the port/],
    ['a wrong database user', {}, { User: 'nobody' }, /Signed in to the database/, /user, password/],
    ['a wrong database password', {}, { Password: 'wrong' }, /Signed in to the database/, /user, password/],
    ['a wrong database', {}, { 'Database Name': 'nothing' }, /Signed in to the database/, /database name/],
  ];
  for (const [name, agentChange, databaseChange, label, next] of turns) {
    await fillAgent(stage, person, agentChange);
    await fillDatabase(stage, person, databaseChange);
    await pings(person, 'Ping Agent Connection', name, label, next);
  }
  await fillAgent(stage, person);
  await fillDatabase(stage, person);
}

async function salesforceTurns(stage: ConsoleStage): Promise<void> {
  const { person } = stage;
  const environment = inside(person, 'Salesforce')('combobox', 'Server Environment');
  await fillSalesforce(stage, person, { 'My Domain URL': 'https://login.salesforce.com' });
  await person.press('Ping Salesforce Connection');
  await person.reads(/no My Domain/);
  const turns: [string, Change, RegExp, RegExp][] = [
    ['a wrong key', { 'Consumer Key': '3MVG9x' }, /Token/, /consumer key/],
    ['a wrong secret', { 'Consumer Secret': 'wrong' }, /Token/, /consumer secret/],
    ['no such domain', { 'My Domain URL': 'https://no-such-domain.my.salesforce.com' }, /Name resolved/, /spelling/],
  ];
  for (const [name, change, label, next] of turns) {
    await fillSalesforce(stage, person, change);
    await pings(person, 'Ping Salesforce Connection', name, label, next);
  }
  await fillSalesforce(stage, person);
  await environment.selectOption('sandbox');
  await pings(person, 'Ping Salesforce Connection', 'the other environment', /Environment/, /Server Environment/);
}

/** Its first cross, with what to do about it. */
async function pings(person: Person, ping: string, turn: string, label: RegExp, next: RegExp): Promise<void> {
  const answered = person.page.waitForResponse(/\/ping-(agent|salesforce)$/);
  await person.press(ping);
  const response = await answered;
  assert.equal(response.status(), 200, `${turn}: ${await response.text()}`);
  const cross = person.page.getByRole('alert').filter({ hasText: 'The first cross is at' }).filter({ hasText: label });
  await cross.waitFor();
  assert.match((await cross.textContent()) ?? '', next, turn);
}
