import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pingSalesforce, type SalesforcePing } from '../../src/agent/index.ts';
import { createLog } from '../../src/base/index.ts';
import { type Org, openOrg, parseSetupFile } from '../../src/org/index.ts';
import { startSluice } from './sluice-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-doctor-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function setup({
  user = 'profile: System Administrator',
  scopes = 'api, id',
  flow = 'enabled: true, runAs: loader@acme.example',
  more = '',
}) {
  return parseSetupFile(`
organization: { name: Acme, type: production }
users: [{ username: loader@acme.example, lastName: Loader, ${user} }]
connectedApps: [{ name: Mover, scopes: [${scopes}], clientCredentials: { ${flow} } }]
${more}`);
}

type Ping = { change?: Partial<SalesforcePing['settings']>; rest?: Partial<SalesforcePing> };

async function pingOf(org: Org, { change = {}, rest = {} }: Ping = {}) {
  const { consumerKey, consumerSecret } = org;
  const settings = { myDomainUrl: org.url, consumerKey, consumerSecret, ...change };
  const report = await pingSalesforce({ settings, ...rest });
  return { ...report, cross: report.steps.find(({ status }) => status === 'failed') };
}

async function openOrgWith(given: Parameters<typeof setup>[0] = {}): Promise<Org> {
  const org = await openOrg({ setup: setup(given), log: createLog({ level: 'silent' }) });
  await org.listen();
  return org;
}

const accounts = {
  name: 'accounts',
  connection: 'x',
  source: { table: 'account' },
  object: 'Account',
  operation: 'insert',
  mapping: { Name: 'name', Phone: 'phone' },
} as const;

const accountsOut = {
  name: 'accounts-out',
  type: 'outbound',
  connection: 'x',
  object: 'Account',
  mapping: { label: { formula: 'UPPER(Name) & Owner.Name' } },
  target: { table: 'accounts' },
} as const;

test('the rights that are looked at are those to read what an interface out of Salesforce reads, formulas too', async () => {
  await using org = await openOrgWith();
  const good = await pingOf(org, { rest: { interfaces: [accounts, accountsOut] } });
  assert.equal(good.cross, undefined, good.cross?.detail);
  assert.match(good.steps.at(-1)?.detail ?? '', /all 2 interfaces need/);
  const wrong = { ...accountsOut, mapping: { label: { formula: 'UPPER(Nmae)' } } };
  const { cross } = await pingOf(org, { rest: { interfaces: [wrong] } });
  assert.match(cross?.detail ?? '', /accounts-out: Account has no field Nmae/);
});

test('an org that is set up rightly has a tick at every step, the run-as user by name', async () => {
  await using org = await openOrgWith();
  const report = await pingOf(org, { rest: { environment: 'production', interfaces: [accounts] } });
  assert.equal(report.cross, undefined);
  assert.deepEqual(
    report.steps.map(({ label, status }) => `${label} ${status}`),
    [
      'My Domain passed',
      'Proxy skipped',
      'Name resolved passed',
      'Port open passed',
      'TLS skipped',
      'Token passed',
      'Scopes passed',
      'Run-as user passed',
      'API access passed',
      'Environment passed',
      'Limits left passed',
      'Object and field rights passed',
    ],
  );
  assert.match(report.steps[7]?.detail ?? '', /^Loader \(loader@acme\.example\)/);
  assert.doesNotMatch(JSON.stringify(report), new RegExp(org.consumerSecret));
});

test('each wrong turn is the first cross, and says what mends it', async (t) => {
  const turns: [string, Parameters<typeof setup>[0], Ping, string, RegExp][] = [
    ['a wrong key', {}, { change: { consumerKey: '3MVG9x' } }, 'Token', /consumer key/],
    ['a wrong secret', {}, { change: { consumerSecret: 'wrong' } }, 'Token', /consumer secret/],
    ['the flow off', { flow: 'enabled: false' }, {}, 'Token', /Enable the client credentials flow/],
    ['no run-as user', { flow: 'enabled: true' }, {}, 'Token', /Run As user/],
    ['an inactive user', { user: 'active: false' }, {}, 'Token', /Activate the run-as user/],
    ['no api scope', { scopes: 'id, chatter_api' }, {}, 'Scopes', /Manage user data via APIs \(api\)/],
    ['the other environment', {}, { rest: { environment: 'sandbox' } }, 'Environment', /Server Environment/],
    ['a login host', {}, { change: { myDomainUrl: 'login.salesforce.com' } }, 'My Domain', /My Domain URL/],
    [
      'a host that is not there',
      {},
      { change: { myDomainUrl: 'https://no.such.invalid' } },
      'Name resolved',
      /spelling/,
    ],
    [
      'no right on the object',
      { user: 'profile: Salesforce API Only System Integrations' },
      { rest: { interfaces: [accounts] } },
      'Object and field rights',
      /permission set/,
    ],
  ];
  turns.push([
    'no right to read for an interface out of Salesforce',
    { user: 'profile: Salesforce API Only System Integrations' },
    { rest: { interfaces: [accountsOut] } },
    'Object and field rights',
    /permission set/,
  ]);
  for (const [name, given, ping, label, next] of turns) {
    await t.test(name, async () => {
      await using org = await openOrgWith(given);
      const { ok, cross, steps } = await pingOf(org, ping);
      assert.equal(ok, false);
      assert.equal(cross?.label, label, JSON.stringify(steps, null, 1));
      assert.match(cross?.next ?? '', next);
    });
  }
});

test('a host that takes the connection and never answers is a cross in time', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const settings = { myDomainUrl: `https://127.0.0.1:${port}`, consumerKey: 'k', consumerSecret: 's' };
  const controller = new AbortController();
  const reason = new Error('the test waited long enough');
  const ping = pingSalesforce({ settings, signal: controller.signal });
  setTimeout(() => controller.abort(reason), 200);
  await assert.rejects(ping, (error) => error === reason);
  silent.close();
});

test('the program says it step by step, from a connection file and from flags', async () => {
  await using org = await openOrgWith();
  writeFileSync(join(folder, 'data.csv'), 'name\nAcme\n');
  writeFileSync(
    join(folder, 'acme.connection.yaml'),
    `name: acme\ndatabase: { type: csv, folder: . }\nsalesforce: { myDomainUrl: ${org.url}, consumerKey: ${org.consumerKey}, consumerSecret: env:SLUICE_SECRET_ORG, environment: production }\n`,
  );
  const environment = { SLUICE_SECRET_ORG: org.consumerSecret };
  const doctor = (...args: string[]) =>
    startSluice({ args: ['doctor', ...args], folder, secret: 'x', environment }).ended;
  const good = await doctor('acme.connection.yaml');
  assert.equal(good.code, 0, good.out + good.err);
  assert.match(good.out, /✓ Token {2,}The token endpoint gave a token/);
  assert.match(good.out, /✓ Files visible +1 file is visible, data\.csv among them/);
  assert.match(good.out, /All is well\.\n$/);
  const flags = [
    '--my-domain',
    org.url,
    '--consumer-key',
    org.consumerKey,
    '--consumer-secret',
    'env:SLUICE_SECRET_ORG',
  ];
  const wrong = await doctor(...flags, '--environment', 'sandbox', '--json');
  assert.equal(wrong.code, 1);
  assert.equal(
    JSON.parse(wrong.out).tried[0].report.steps.find(({ status }: { status: string }) => status === 'failed').code,
    'ENVIRONMENT_DIFFERENT',
  );
  const refused = await doctor(...flags.slice(0, 2), '--consumer-key', '3MVG9wrong', ...flags.slice(4));
  assert.match(refused.out, /✗ Token .*client identifier invalid/);
  assert.match(refused.out, /Perhaps: The consumer key is not known here, or not yet\.\n +Copy the consumer key again/);
  const usage = await doctor(...flags.slice(0, 2));
  assert.equal(usage.code, 2);
  assert.doesNotMatch(good.out + good.err + wrong.out + wrong.err, new RegExp(org.consumerSecret));
});
