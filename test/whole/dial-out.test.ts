import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { generate } from 'selfsigned';
import { openDialOutStage, until } from './dial-out-stage.ts';
import { startSluice, untilItSays } from './sluice-program.ts';

type Stage = Awaited<ReturnType<typeof openDialOutStage>>;

const ping = async (stage: Stage, id: number) => (await stage.call('POST', `/agents/${id}/ping`)).json;
const pingUntilGood = (stage: Stage, id: number) =>
  until(
    () => ping(stage, id),
    ({ ok }) => ok,
  );

/**
 * A connection by the first agent to the files beside it, and what asks the agent for them: it may take a minute to answer, in which hub or
 * agent can be started again on any machine.
 */
async function openFiles({ call }: Stage) {
  const { agentId } = (await call('GET', '/agents/1')).json;
  const myDomainUrl = 'https://acme.my.salesforce.com';
  const salesforce = { environment: 'production', myDomainUrl, consumerKey: '3MVG9x', consumerSecret: 'secret' };
  const beside = { name: 'files', type: 'agentFile', database: { folder: '.' } };
  const made = await call('POST', '/connections', { ...beside, agent: { agentId }, salesforce, withoutPing: true });
  assert.equal(made.status, 201, JSON.stringify(made.json));
  return () => call('GET', `/connections/${made.json.id}/tables`);
}

const idOf = (agent: number) => `(SELECT agent_id FROM agent WHERE id = ${agent})`;

/** The kinds of all reports of one agent in their order; fails when a number is there twice or missing. */
function kindsOf(stage: Stage, agent: number): string[] {
  const rows = stage.read(`SELECT number, kind FROM agent_report WHERE agent_id = ${idOf(agent)} ORDER BY number`);
  assert.deepEqual(
    rows.map(({ number }) => number),
    rows.map((_, index) => index + 1),
  );
  return rows.map(({ kind }) => String(kind));
}

test('an agent registers with a one-time code, answers through the hub, and says when it comes and goes', async () => {
  await using stage = await openDialOutStage();
  const code = await stage.newCode();
  const agent = await stage.startAgent('a', code);
  assert.deepEqual(Object.keys(agent.ready).sort(), ['event', 'hub', 'username'], 'it has no endpoint');
  const { json } = await stage.call('GET', '/agents');
  const [{ id, connected, kind }] = json.rows;
  assert.equal(kind, 'dialled');
  const report = await pingUntilGood(stage, id);
  assert.equal(report.about.version, JSON.parse(readFileSync('package.json', 'utf8')).version);
  assert.equal((await stage.call('GET', `/agents/${id}`)).json.connected, true, `at first ${connected}`);
  assert.equal(statSync(join(stage.folder, 'a', 'hub.json')).mode & 0o077, 0);

  const twice = await stage.tryAgent('b', ['--hub', stage.url, '--code', code]);
  assert.equal(twice.code, 1, twice.err);
  assert.match(twice.err, /The registration code is wrong, was used before, or has ended\.\nMake a new one/);
  const none = await stage.tryAgent('b', ['--hub', stage.url]);
  assert.deepEqual([none.code, /HUB_CODE_MISSING/.test(none.err)], [2, true], none.err);

  assert.equal(await stage.end(agent, 'SIGTERM'), 0);
  assert.deepEqual(kindsOf(stage, id), ['agentStarted', 'agentStopping']);
  const again = await stage.startAgent('a', code);
  await pingUntilGood(stage, id);
  again.child.kill('SIGTERM');
  const { err } = await again.ended;
  assert.equal(err, '', 'the code that is still set is not used again');
  assert.equal((await stage.call('GET', '/agents')).json.total, 1);
});

test('a hub that is killed in the middle of a request finds it again, and the agent answers it', async () => {
  await using stage = await openDialOutStage();
  const agent = await stage.startAgent('a', await stage.newCode());
  await pingUntilGood(stage, 1);
  const askForFiles = await openFiles(stage);
  agent.child.kill('SIGSTOP');
  const asked = askForFiles().catch(() => 'the hub was killed');
  await until(
    () => stage.read('SELECT id FROM agent_request').length,
    (count) => count === 1,
  );
  await stage.killHub();
  assert.equal(await asked, 'the hub was killed');
  await stage.startHub();
  agent.child.kill('SIGCONT');
  const [{ answer }] = (await until(
    () => stage.read('SELECT answer FROM agent_request WHERE answered_at IS NOT NULL'),
    (rows) => rows.length === 1,
  )) as [{ answer: string }];
  assert.equal(JSON.parse(answer).status, 200);
  await pingUntilGood(stage, 1);
  const kinds = await until(
    () => kindsOf(stage, 1),
    ({ length }) => length > 0,
  );
  assert.deepEqual(kinds, ['agentStarted']);
});

test('what an agent has to report while the hub is away arrives later, once each, also when the agent is killed', async () => {
  await using stage = await openDialOutStage();
  const first = await stage.startAgent('a', await stage.newCode());
  await until(
    () => kindsOf(stage, 1).length,
    (count) => count === 1,
  );
  const away = untilItSays(first, /HUB_UNREACHABLE/);
  await stage.killHub();
  await away;
  assert.deepEqual([first.child.exitCode, first.child.signalCode], [null, null], 'it goes on without the hub');
  await stage.end(first, 'SIGKILL');
  const second = await stage.startAgent('a');
  await stage.end(second, 'SIGTERM');
  const third = await stage.startAgent('a');
  await stage.end(third, 'SIGKILL');
  await stage.startHub();
  await stage.startAgent('a');
  const expected = ['agentStarted', 'agentStarted', 'agentStopping', 'agentStarted', 'agentStarted'];
  await until(
    () => kindsOf(stage, 1).length,
    (count) => count >= expected.length,
  );
  await pingUntilGood(stage, 1);
  assert.deepEqual(kindsOf(stage, 1), expected);
});

test('an agent killed in the middle of a request gets it again, and its asker has one answer', async () => {
  await using stage = await openDialOutStage();
  const first = await stage.startAgent('a', await stage.newCode());
  await pingUntilGood(stage, 1);
  const askForFiles = await openFiles(stage);
  first.child.kill('SIGSTOP');
  const asked = askForFiles();
  await until(
    () => stage.read('SELECT id FROM agent_request').length,
    (count) => count === 1,
  );
  await stage.end(first, 'SIGKILL');
  await stage.startAgent('a');
  assert.deepEqual(await asked, { status: 200, json: [] });
  assert.deepEqual(stage.read('SELECT id FROM agent_request'), []);
});

test('a revoked agent is shut out, says so in its log, and comes back with a new code as the same agent', async () => {
  await using stage = await openDialOutStage();
  const agent = await stage.startAgent('a', await stage.newCode());
  await pingUntilGood(stage, 1);
  const said = untilItSays(agent, /HUB_LOGIN_REFUSED/);
  await stage.call('POST', '/agents/1/revoke');
  await stage.killHub();
  await stage.startHub();
  await said;
  const [step] = (await ping(stage, 1)).steps;
  assert.equal(step.code, 'AGENT_AWAY');
  await stage.end(agent, 'SIGKILL');
  await stage.startAgent('a', await stage.newCode());
  await pingUntilGood(stage, 1);
  assert.equal((await stage.call('GET', '/agents')).json.total, 1);
});

test('the hub is reached over TLS with a certificate that the system trusts, or the one that is given', async () => {
  await using stage = await openDialOutStage();
  const made = await generate([{ name: 'commonName', value: 'elsewhere.example' }], { algorithm: 'sha256' });
  const other = await generate([{ name: 'commonName', value: 'other.example' }], { algorithm: 'sha256' });
  const file = (name: string) => join(stage.folder, name);
  writeFileSync(file('cert.pem'), made.cert);
  writeFileSync(file('key.pem'), made.private, { mode: 0o600 });
  writeFileSync(file('other.pem'), other.cert);
  const tls = ['--tls-certificate', file('cert.pem'), '--tls-key', file('key.pem')];
  const hub = startSluice({
    args: ['hub', 'start', '--port', '0', '--data', 'tls', '--json', ...tls],
    folder: stage.folder,
    secret: '',
    longestMs: 180_000,
  });
  let out = '';
  hub.child.stdout?.on('data', (text: string) => {
    out += text;
  });
  const url = JSON.parse(
    await until(
      () => out,
      (text) => text.includes('\n'),
    ),
  ).url as string;
  for (const [trust, code] of [
    [[], 'HUB_CERTIFICATE_UNTRUSTED'],
    [['--hub-certificate', file('other.pem')], 'HUB_CERTIFICATE_UNTRUSTED'],
    [['--hub-certificate', file('cert.pem')], 'HUB_REFUSED'],
  ] as const) {
    const ended = await stage.tryAgent('a', ['--hub', url, '--code', 'wrong', ...trust]);
    assert.equal(ended.code, 1, ended.err);
    assert.match(ended.err, new RegExp(`\\(${code}\\)`));
  }
  const plain = await stage.tryAgent('a', ['--hub', 'http://hub.example', '--code', 'x']);
  assert.deepEqual([plain.code, /HUB_ADDRESS_INVALID/.test(plain.err)], [2, true]);
  hub.child.kill('SIGTERM');
  assert.equal((await hub.ended).code, 0);
});
