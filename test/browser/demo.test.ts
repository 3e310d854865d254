/** `npm run demo -- --keep`: what it printed lets a newcomer into Console and Setup, where its runs, rejects and mappings are. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { openPerson, type Person } from './person.ts';

const demo = join(import.meta.dirname, '..', '..', 'examples', 'demo', 'demo.ts');

/** What it said until everything was ready. */
async function startDemo(t: TestContext, data: string) {
  const child = spawn(process.execPath, [demo, `--keep=${data}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const closed = once(child, 'close');
  let out = '';
  for await (const line of createInterface({ input: child.stdout })) {
    out += `${line}\n`;
    if (line === 'Kept running until Ctrl-C.') break;
  }
  return { child, closed, out };
}

test('--keep leaves all of it running: who may log in is printed, and finds runs, rejects, mappings and pings in the Console, the app in Setup', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-demo-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  const { child, closed, out } = await startDemo(t, data);
  assert.match(out, /^ +Database +PostgreSQL at \S+, database demo, user sluice, password \S+$/m);
  assert.match(out, /^ +Org +http\S+ +consumer key \S+\n +consumer secret \S+$/m);
  {
    await using browser = await launchChromium();
    await walkConsole(await enter(browser, out, 'Console', ''));
    await walkSetup(await enter(browser, out, 'Setup', ''));
  }
  await sendAsPrinted(out, data);
  child.kill('SIGINT');
  assert.equal((await closed)[0], 0);
  assert.ok(existsSync(join(data, 'hub', 'hub.sqlite')), 'the folder that was named stays');
});

/** With address, user and password as they were printed. */
async function enter(browser: Browser, out: string, place: string, path: string): Promise<Person> {
  const line = new RegExp(`^ +${place} +(http\\S+) +(\\S+), password (\\S+)$`, 'm');
  const [, url = '', username = '', password = ''] = line.exec(out) ?? assert.fail(out);
  const person = await openPerson({ browser, url });
  await person.page.goto(`${url}${path}`);
  await person.fill('Username', username);
  await person.fill('Password', password);
  await person.press('Log In');
  return person;
}

async function walkConsole(person: Person): Promise<void> {
  await person.comesTo('Home');
  await person.open('runs', 'Runs');
  await person.comesTo('Runs');
  for (const name of ['countries', 'cities', 'accounts', 'contacts', 'cities-back'])
    await person
      .find('row', new RegExp(` ${name} `))
      .first()
      .getByText(/^Completed/)
      .waitFor();
  await person.open('message', 'Message Monitor');
  await person.comesTo('Message Monitor');
  await person.page.goto(new URL('/messages?status=Failed', person.page.url()).href);
  await person.comesTo('Message Monitor');
  await person.reads(/STRING_TOO_LONG|data value too large/);
  await person.picture('message-monitor');
  const refused = person.find('link', /^C-\d+$/).first();
  const key = (await refused.textContent()) ?? '';
  await refused.click();
  await person.comesTo(key);
  await person.find('table', 'History').getByText('Sent to Salesforce.').waitFor();
  await person.picture('message');
  await person.open('connection', 'Connections');
  await person.comesTo('Connection Destination');
  await person.follow('demo');
  await person.comesTo('demo');
  for (const ping of ['Ping Agent Connection', 'Ping Salesforce Connection']) {
    await person.press(ping);
    await person.find('list', ping).waitFor();
  }
  assert.equal(await person.page.getByText('The first cross is at').count(), 0);
  await person.open('interfaces', 'Interfaces');
  await person.comesTo('Interfaces');
  await person.follow('Edit accounts');
  await person.comesTo('Edit accounts');
  await person.press('Test Mapping');
  await person.find('table', 'Sample rows and their result').getByText('A-000001').first().waitFor();
  await person.open('board', 'Agent Control Board');
  await person.comesTo('Agent Control Board');
  await person.tick('Tick cities-back');
  await person.press('Manual Process');
  await person.find('region', 'Progress of cities-back').getByText('Completed', { exact: true }).waitFor();
  await person[Symbol.asyncDispose]();
}

async function walkSetup(person: Person): Promise<void> {
  await person.page.getByRole('heading', { level: 1 }).first().waitFor();
  await person.open('app man', 'App Manager');
  await person.comesTo('App Manager');
  await person.follow('Sluice Demo');
  await person.comesTo('Sluice Demo');
  await person.open('usage', 'Connected Apps OAuth Usage');
  await person.comesTo('Connected Apps OAuth Usage');
  await person.reads('Sluice Demo');
  await person[Symbol.asyncDispose]();
}

/** The two lines for a shell that send a record in. */
async function sendAsPrinted(out: string, data: string): Promise<void> {
  const line = /^ +(TOKEN=.*\n +curl .*)$/m.exec(out)?.[1] ?? '';
  const script = `. ${data}/environment\n${line.replace('mode=Synchronous', 'mode=Synchronous&wait=60')}`;
  const said = JSON.parse((await promisify(execFile)('sh', ['-euc', script])).stdout);
  assert.deepEqual([said.results[0].status, said.results[0].success], ['Completed', true], JSON.stringify(said));
}
