/** What the pages do with answers that come late: somebody has gone on meanwhile, to another page or another value. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openConsoleStage } from './console-stage.ts';
import { openInterfacesStage } from './interfaces-stage.ts';
import { openSetupStage } from './setup-stage.ts';
import { holdBack, whileHeldBack } from './slow-answers.ts';

test('a list that was empty for a filter does not say that there is nothing while all of it is being read', async () => {
  await using stage = await openSetupStage();
  const { person } = stage;
  const { page } = person;
  await stage.logIn('/setup/users?search=nobody');
  await person.reads('Nothing matches.');
  await page.evaluate(`globalThis.seen = [];
    new MutationObserver(() => seen.push(document.body.innerText.includes('There is no user')))
      .observe(document.body, { childList: true, subtree: true })`);
  const letGo = await holdBack(page, /\/setup\/api\/users\?(?!.*search=)/);
  await whileHeldBack(letGo, () => person.press('Clear Search'));
  await person.find('cell', stage.username).waitFor();
  assert.deepEqual(new Set((await page.evaluate('seen')) as boolean[]), new Set([false]));
});

test('of faults that are taken out one after the other none comes back', async () => {
  await using stage = await openSetupStage();
  const { person } = stage;
  await stage.logIn('/setup/faults');
  await person.comesTo('Faults');
  for (const path of ['/first/**', '/second/**']) {
    await person.choose('Kind', 'unavailable: 503, nothing is done');
    await person.fill('Path', path);
    await person.press('Add');
    await person.find('cell', path).waitFor();
  }
  const letGo = await holdBack(person.page, '**/setup/api/faults');
  await person.press('Remove unavailable of /first/**');
  await whileHeldBack(letGo, () => person.press('Remove unavailable of /second/**'));
  await person.reads('No fault is made on purpose');
});

test('a certificate that was seen at one address is not pinned for another that was entered meanwhile', async () => {
  await using stage = await openConsoleStage();
  const { person, agent, postgres } = stage;
  await stage.logIn('/connections/new');
  await person.fill('Name', 'acme');
  await person.press('Continue');
  const { host, port, database, user, password } = postgres;
  const ofAgent = { 'Host URL': 'https://127.0.0.1', 'Port Forward': agent.port, Username: agent.username };
  const ofDatabase = { Host: host, Port: port, 'Database Name': database, User: user };
  const entered = { Agent: { ...ofAgent, Password: agent.password }, Database: { ...ofDatabase, Password: password } };
  for (const [region, values] of Object.entries(entered))
    for (const [label, value] of Object.entries(values))
      await person.find('region', region).getByRole('textbox', { name: label, exact: true }).fill(String(value));
  await person.find('combobox', 'TLS').selectOption('off');
  const letGo = await holdBack(person.page, '**/ping-agent', 'POST');
  await person.press('Ping Agent Connection');
  await person.fill('Port Forward', '9056');
  await letGo();
  await person.reads('All steps are good.');
  assert.equal(await person.find('textbox', 'Fingerprint').inputValue(), '');
  await person.fill('Port Forward', String(agent.port));
  await person.press('Ping Agent Connection');
  await person.reads('All steps are good.');
  assert.match(await person.find('textbox', 'Fingerprint').inputValue(), /^[0-9A-F:]+$/);
});

const copied = {
  ...{ type: 'outbound', integration: 'Retail', connection: 'acme', status: 'deployed', object: 'Account' },
  ...{ fields: ['Id', 'Name'], target: { table: 'account_copy', create: true }, changes: 'incremental' },
};

test('what is ticked while the board is read again can be run over everything as well', async () => {
  await using stage = await openInterfacesStage();
  const made = await stage.call('POST', '/interfaces', { definition: { name: 'copied', ...copied } });
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  const person = await stage.enter('/control-board');
  await person.find('checkbox', 'Tick copied').waitFor();
  await person.open('runs', 'Runs');
  await person.comesTo('Runs');
  const letGo = await holdBack(person.page, /\/control-board\/interfaces\?/);
  const letGoAgents = await holdBack(person.page, /\/control-board\/agents\?/);
  await person.open('board', 'Agent Control Board');
  await person.tick('Tick copied');
  await letGo();
  await person.find('checkbox', 'Everything, not only what changed').waitFor();
  await letGoAgents();
});

test('a mapping that is tested before the connections are read is tested on rows of its source', async () => {
  await using stage = await openInterfacesStage();
  const shops = { integration: 'Retail', connection: 'acme', source: { table: 'shop' }, object: 'Account' };
  const definition = { name: 'shops', ...shops, operation: 'insert', mapping: { Name: 'name' } };
  const made = await stage.call('POST', '/interfaces', { definition });
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  const person = await stage.enter('/');
  await person.comesTo('Home');
  const letGo = await holdBack(person.page, /\/api\/connections\?/);
  await person.page.goto(`/interfaces/${made.json.id}/edit`);
  await person.find('button', 'Test Mapping').waitFor();
  await whileHeldBack(letGo, () => person.press('Test Mapping'));
  await person.find('table', 'Sample rows and their result').getByText('Lima').first().waitFor();
});
