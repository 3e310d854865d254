/** What the hub's API can do, from a shell alone: remote site and connection, an API client and its rotation, people and what they may. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startOrgProgram } from './org-program.ts';
import { end, startReady } from './ready-program.ts';
import { startSluice } from './sluice-program.ts';
import { createFolder, orgSetup } from './stage.ts';

type Said = { code: number | null; out: string; err: string };

/** A hub as a program of its own, and the lines that a shell sends to it. */
async function openShell(t: TestContext, name: string) {
  const folder = createFolder(t, name);
  const hub = await startReady(folder, ['hub', 'start', '--port', '0', '--data', 'hub']);
  t.after(() => hub.child.kill('SIGKILL'));
  const [, password = ''] = readFileSync(join(folder, 'hub', 'administrator'), 'utf8').split('\n');
  const environment: Record<string, string> = { SLUICE_HUB: hub.ready.url, SLUICE_SECRET_HUB: password };
  const all: Said[] = [];
  const api = async (...words: string[]): Promise<Said> => {
    const said = await startSluice({ args: ['api', ...words], folder, secret: '', environment }).ended;
    all.push(said);
    return said;
  };
  return {
    folder,
    hub,
    environment,
    /** One line, whatever becomes of it. */
    api,
    /** One line that goes well, and the JSON of its answer. */
    async good(...words: string[]) {
      const { code, out, err } = await api(...words);
      assert.equal(code, 0, `${words.join(' ')}\n${out}${err}`);
      return JSON.parse(out);
    },
    /** One line that the hub or the command refuses. */
    async refused(words: string[], code: number, says: RegExp) {
      const said = await api(...words);
      assert.equal(said.code, code, `${words.join(' ')}\n${said.out}${said.err}`);
      assert.match(said.err, says);
      assert.equal(said.out, '');
    },
    /** All that was printed. */
    printed: () => all.map(({ out, err }) => out + err).join('\n'),
  };
}

type Report = { ok: boolean; steps: { label: string; status: string }[] };
const crossOf = ({ steps }: Report) => steps.find(({ status }) => status === 'failed')?.label;

test('a remote site is listed, both ways are pinged and a connection is saved, all from a shell', async (t) => {
  const { folder, environment, good, refused, printed } = await openShell(t, 'api-connection');
  writeFileSync(join(folder, 'org.yaml'), orgSetup);
  const org = await startOrgProgram({ folder: join(folder, 'org'), setupFile: join(folder, 'org.yaml') });
  t.after(() => org.stop());
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'cities.csv'), 'name\nLima\n');
  const flags = ['--port', '0', '--data', 'agent', '--files', 'files', '--allow-host', new URL(org.url).host];
  const agent = await startReady(folder, ['agent', 'start', ...flags]);
  t.after(() => agent.child.kill('SIGKILL'));
  const [username = '', password = ''] = readFileSync(join(folder, 'agent', 'first-password'), 'utf8').split('\n');
  Object.assign(environment, { SLUICE_SECRET_AGENT: password, SLUICE_SECRET_CONSUMER: org.consumerSecret });
  const { port } = new URL(agent.ready.url);
  const agentFields = [
    'agent.hostUrl=https://127.0.0.1',
    `agent.portForward=${port}`,
    `agent.username=${username}`,
    'agent.password=env:SLUICE_SECRET_AGENT',
  ];
  const ping = ['POST', '/connections/ping-agent', 'type=agentFile', 'database.folder=.', ...agentFields];
  assert.equal(crossOf(await good(...ping)), 'Remote site allowed');

  const site = ['POST', '/remote-sites', 'name=Warehouse_Agent', 'description=In the cellar', 'active=true'];
  await refused(site, 1, /Remote Site URL is required\.\nField: url\n.*\n\(HUB_REFUSED\)/);
  await refused([...site, 'url=ftp://127.0.0.1'], 1, /Field: url\n/);
  await refused(
    ['POST', '/remote-site', 'name=A'],
    2,
    /has no POST \/remote-site\.\nNear it: GET \/remote-sites, POST/,
  );
  const listed = await good(...site, `url=https://127.0.0.1:${port}`);
  assert.deepEqual([listed.name, listed.description, listed.active], ['Warehouse_Agent', 'In the cellar', true]);
  assert.equal((await good('GET', '/remote-sites', 'search=cellar')).total, 1);

  const agentPing = await good(...ping);
  assert.equal(agentPing.ok, true, JSON.stringify(agentPing));
  const salesforceFields = [
    'salesforce.environment=production',
    `salesforce.myDomainUrl=${org.url}`,
    `salesforce.consumerKey=${org.consumerKey}`,
    'salesforce.consumerSecret=env:SLUICE_SECRET_CONSUMER',
  ];
  const orgPing = await good('POST', '/connections/ping-salesforce', ...agentFields, ...salesforceFields);
  assert.equal(orgPing.ok, true, JSON.stringify(orgPing));
  const fields = ['name=cellar', 'type=agentFile', 'database.folder=.', ...agentFields, ...salesforceFields];
  const saved = await good('POST', '/connections', ...fields);
  assert.deepEqual([saved.verified, saved.salesforce.consumerSecretKept], [true, true]);
  await refused(['POST', '/connections', ...fields], 1, /There is a connection cellar already.*\nField: name/);
  for (const secret of [password, org.consumerSecret]) assert.equal(printed().includes(secret), false);
  assert.equal(await end(agent, 'SIGTERM'), 0);
});

test('an API client is made and its secret rotated, with both valid for a while, and then the old one refused', async (t) => {
  const { hub, api, good, refused } = await openShell(t, 'api-client');
  await refused(['POST', '/api-clients', 'name=Shop'], 1, /Allowed Scopes is required\.\nField: scopes\n/);
  await refused(
    ['POST', '/api-clients', 'name=Shop', 'scopes=["all"]'],
    1,
    /none of the values that can be chosen.*\nField: scopes\.0\nChoose one of integrate, messages/,
  );
  const { id, clientId, ...made } = await good('POST', '/api-clients', 'name=Shop', 'scopes=["integrate"]');
  const grant = { grant_type: 'client_credentials', client_id: clientId };
  const tokenWith = async (secret: string) => {
    const body = new URLSearchParams({ ...grant, client_secret: secret });
    return (await fetch(`${hub.ready.url}/oauth2/token`, { method: 'POST', body })).status;
  };
  assert.equal(await tokenWith(made.clientSecret), 200);
  assert.equal((await api('GET', `/api-clients/${id}`)).out.includes(made.clientSecret), false);

  await refused(['POST', `/api-clients/${id}/secret`], 1, /Field: keepOldForHours/);
  const first = await good('POST', `/api-clients/${id}/secret`, 'keepOldForHours=24');
  assert.ok(first.secondUntil > Date.now() && first.clientSecret !== made.clientSecret);
  assert.deepEqual([await tokenWith(made.clientSecret), await tokenWith(first.clientSecret)], [200, 200]);
  const second = await good('POST', `/api-clients/${id}/secret`, 'keepOldForHours=0', 'revokeTokens=true');
  const statuses = [made.clientSecret, first.clientSecret, second.clientSecret].map(tokenWith);
  assert.deepEqual(await Promise.all(statuses), [401, 401, 200]);

  const off = ['name=Shop', 'scopes=["integrate"]', 'interfaces=null', 'tokenMinutes=60', 'active=false'];
  await good('PUT', `/api-clients/${id}`, ...off, `version=${second.version}`);
  assert.equal(await tokenWith(second.clientSecret), 401);
  assert.equal((await api('DELETE', `/api-clients/${id}`)).code, 0);
  await refused(['GET', `/api-clients/${id}`], 1, /There is no such API client/);
});

test('who may only look is refused in the words of the hub, retention is changed, and the audit trail says by whom', async (t) => {
  const { environment, good, refused } = await openShell(t, 'api-people');
  const { id, password } = await good('POST', '/people', 'username=eva', 'name=Eva', 'role=viewer');
  environment.SLUICE_SECRET_EVA = password;
  const eva = ['--user', 'eva', '--password', 'env:SLUICE_SECRET_EVA'];
  assert.equal((await good('GET', '/people', ...eva)).total, 2);
  await refused(
    ['POST', '/remote-sites', 'name=A', 'url=https://a.example', ...eva],
    1,
    /You are a viewer here; this is for an administrator\.\nAsk an administrator/,
  );
  const { version } = await good('GET', `/people/${id}`);
  await good('PATCH', `/people/${id}`, 'role=administrator', `version=${version}`);
  await good('POST', '/remote-sites', 'name=A', 'url=https://a.example', ...eva);
  const rules = ['completedDays=7', 'failedDays=90', 'mostMessages=null', 'mostBytes=null'];
  const now = await good('GET', '/retention');
  await refused(['PUT', '/retention', ...rules, `version=${now.version + 1}`], 1, /\(HUB_REFUSED\)/);
  const kept = await good('PUT', '/retention', ...rules, `version=${now.version}`);
  assert.deepEqual([kept.completedDays, kept.mostMessages], [7, null]);
  const trail = await good('GET', '/audit-trail', 'pageSize=200');
  const entries = trail.rows.map((row: object) => JSON.stringify(row)).join('\n');
  assert.match(entries, /"eva".*[Rr]emote [Ss]ite/);
  assert.match(entries, /"admin".*[Rr]etention/);
});
