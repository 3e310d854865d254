/** Rotation of secrets while 64 connections ask for tokens and call the API: nobody who used a pair that was valid is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Agent, request } from 'undici';
import { openSetupInTest } from './setup-in-test.ts';

const connections = 64;
/** Of each phase, over all connections. */
const callsPerPhase = 200;

const setupText = `
limits: { loginsPerUserAndHour: 1000000 }
users:
  - { username: admin@acme.example, lastName: Admin }
  - { username: integration@acme.example, lastName: Integration }
connectedApps: []
`;

const newApp = {
  name: 'Warehouse',
  apiName: 'Warehouse',
  contactEmail: 'admin@acme.example',
  callbackUrls: ['http://localhost:56420'],
  scopes: ['api'],
  clientCredentialsEnabled: true,
  clientCredentialsWarningAcknowledged: true,
  requireSecretForWebServerFlow: false,
  requireSecretForRefreshToken: false,
  requirePkce: false,
  issueJwtAccessTokens: false,
  refreshTokenRotation: false,
  introspectAllTokens: false,
};

const kinds = {
  connectedApp: { kind: 'connectedApp', runAs: 'integration@acme.example' },
  externalClientApp: {
    kind: 'externalClientApp',
    distributionState: 'Local',
    clientCredentialsAllowed: true,
    runAs: 'integration@acme.example',
  },
};

/** `leaving`: from the moment its drop was asked for, both answers are right; `gone`: from its end only one is. */
type Pair = { consumerKey: string; consumerSecret: string; leaving: boolean; gone: boolean };

type Load = { url: string; pairs: Pair[]; calls: number; ended: boolean; wrong: string[] };

for (const [name, fields] of Object.entries(kinds)) {
  test(`while the secret of a ${name} is rotated under load, whoever uses a valid pair gets in`, async () => {
    await using setup = await openSetupInTest(setupText);
    const { call } = setup;
    const { id } = (await call('POST', '/apps', { ...newApp, ...fields })).json;
    await setup.verify();
    const pairsOf = async (): Promise<(Pair & { state: string })[]> =>
      (await call('GET', `/apps/${id}/consumer-details`)).json.pairs;
    const [first] = await pairsOf();
    assert.ok(first);
    const load: Load = {
      url: await setup.org.listen(),
      pairs: [{ ...first, leaving: false, gone: false }],
      calls: 0,
      ended: false,
      wrong: [],
    };
    await using running = startLoad(load);
    for (let round = 0; round < 3; round += 1) {
      await running.phase();
      assert.equal((await call('POST', `/apps/${id}/staged-credentials`)).status, 201);
      const staged = (await pairsOf()).find(({ state }) => state === 'staged');
      assert.ok(staged);
      load.pairs.push({ ...staged, leaving: false, gone: false });
      await running.phase();
      await drop(load.pairs.at(-2), () => call('POST', `/apps/${id}/staged-credentials/apply`, {}));
      await running.phase();
    }
    assert.equal((await call('POST', `/apps/${id}/staged-credentials`)).status, 201);
    const discarded = (await pairsOf()).find(({ state }) => state === 'staged');
    assert.ok(discarded);
    load.pairs.push({ ...discarded, leaving: false, gone: false });
    await running.phase();
    await drop(load.pairs.at(-1), () => call('DELETE', `/apps/${id}/staged-credentials`));
    await running.phase();
    await running.end();
    assert.deepEqual(load.wrong, []);
    assert.deepEqual(
      load.pairs.map(({ gone }) => gone),
      [true, true, true, false, true],
    );
  });
}

async function drop(pair: Pair | undefined, act: () => Promise<{ status: number }>): Promise<void> {
  assert.ok(pair);
  pair.leaving = true;
  assert.ok((await act()).status < 300);
  pair.gone = true;
}

/** Each connection takes the pairs in turn, valid or not, and calls the API with each token it gets. */
function startLoad(load: Load) {
  const agent = new Agent({ connections, pipelining: 1 });
  const workers = Array.from({ length: connections }, (_, index) => work(load, agent, index));
  const all = Promise.all(workers);
  all.catch(() => undefined);
  return {
    async phase() {
      const until = load.calls + callsPerPhase;
      while (load.calls < until) await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 5))]);
    },
    async end() {
      load.ended = true;
      await all;
    },
    async [Symbol.asyncDispose]() {
      load.ended = true;
      await all.catch(() => undefined);
      await agent.close();
    },
  };
}

async function work(load: Load, agent: Agent, index: number): Promise<void> {
  for (let turn = index; !load.ended; turn += 1) {
    const pair = load.pairs[turn % load.pairs.length];
    if (pair === undefined) continue;
    const wasGone = pair.gone;
    const token = await askForToken(load, agent, pair);
    if (token === undefined && !pair.leaving) load.wrong.push('a valid pair was refused');
    if (token !== undefined && wasGone) load.wrong.push('a pair that was dropped got a token');
    if (token !== undefined) await callApi(load, agent, token);
    load.calls += 1;
  }
}

/** Undefined when the pair was refused. */
async function askForToken({ url, wrong }: Load, agent: Agent, pair: Pair): Promise<string | undefined> {
  const { consumerKey: client_id, consumerSecret: client_secret } = pair;
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret });
  const { statusCode, body } = await request(`${url}/services/oauth2/token`, {
    dispatcher: agent,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  const answer = (await body.json()) as { access_token?: string; error?: string };
  if (statusCode === 200) return answer.access_token;
  if (answer.error !== 'invalid_client_id') wrong.push(`refused by ${statusCode} ${answer.error}`);
  return undefined;
}

async function callApi({ url, wrong }: Load, agent: Agent, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const { statusCode, body } = await request(`${url}/services/data/v68.0/limits`, { dispatcher: agent, headers });
  await body.dump();
  if (statusCode !== 200) wrong.push(`the API answered ${statusCode}`);
}
