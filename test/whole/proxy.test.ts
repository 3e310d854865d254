import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createServer, type Server } from 'node:tls';
import { generate } from 'selfsigned';
import { createLog } from '../../src/base/index.ts';
import { type Org, openOrg } from '../../src/org/index.ts';
import { openConnectProxy, type ProxyManner } from './connect-proxy.ts';
import { until } from './dial-out-stage.ts';
import { createHubCalls } from './hub-calls.ts';
import { end, startReady } from './ready-program.ts';
import { startSluice } from './sluice-program.ts';

/** A name that no look-up finds: whoever reaches it was led there by the proxy. */
const host = 'acme.my.salesforce.invalid';
const myDomain = `https://${host}`;
const password = 'p@ss%w:rd';
const authorization = `Basic ${Buffer.from(`mover:${password}`).toString('base64')}`;
const userAndPassword = `mover:${encodeURIComponent(password)}@`;

const folder = mkdtempSync(join(tmpdir(), 'sluice-proxy-'));
let org: Org;
let front: Server;
let frontPort: number;
let certificate: { cert: string; key: string };

before(async () => {
  const made = await generate([{ name: 'commonName', value: host }], {
    algorithm: 'sha256',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: host },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  certificate = { cert: made.cert, key: made.private };
  writeFileSync(join(folder, 'root.pem'), made.cert);
  org = await openOrg({ instanceUrl: myDomain, log: createLog({ level: 'silent' }) });
  await org.listen();
  const { port: orgPort } = org.app.server.address() as { port: number };
  front = createServer(certificate, (socket) => {
    const inner = connect(orgPort, '127.0.0.1');
    socket.on('error', () => inner.destroy()).on('close', () => inner.destroy());
    inner.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.pipe(inner).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  frontPort = (front.address() as { port: number }).port;
  writeFileSync(
    join(folder, 'acme.connection.yaml'),
    `name: acme
database: { type: csv, folder: . }
salesforce: { myDomainUrl: '${myDomain}', consumerKey: ${org.consumerKey}, consumerSecret: env:SLUICE_SECRET_ORG, environment: box }
`,
  );
  writeFileSync(
    join(folder, 'accounts.yaml'),
    'name: accounts\nconnection: ./acme.connection.yaml\nsource: { file: accounts.csv }\nobject: Account\noperation: insert\nmode: bulk\nmapping: { Name: name }\n',
  );
  writeFileSync(
    join(folder, 'accounts.csv'),
    `name\n${Array.from({ length: 500 }, (_, n) => `Account ${n}`).join('\n')}\n`,
  );
});

after(async () => {
  front.close();
  await org.close();
  rmSync(folder, { recursive: true, force: true });
});

function sluice(args: readonly string[], environment: Record<string, string>) {
  const own = { SLUICE_SECRET_ORG: org.consumerSecret, NODE_EXTRA_CA_CERTS: join(folder, 'root.pem') };
  return startSluice({ args, folder, secret: '', environment: { ...own, ...environment } }).ended;
}

const flags = () => [
  '--my-domain',
  myDomain,
  '--consumer-key',
  org.consumerKey,
  '--consumer-secret',
  'env:SLUICE_SECRET_ORG',
];

type Step = { name: string; status: string; detail: string; next: string; code: string };

async function doctor(environment: Record<string, string>) {
  const ended = await sluice(['doctor', ...flags(), '--json'], environment);
  const { steps } = JSON.parse(ended.out).tried[0].report as { steps: Step[] };
  return { ...ended, steps, cross: steps.find(({ status }) => status === 'failed') };
}

test('with nothing but My Domain, key and secret the doctor goes the whole way through a proxy that wants a password', async () => {
  await using proxy = await openConnectProxy(frontPort, { authorization });
  const { steps, cross, out, err, code } = await doctor({
    HTTPS_PROXY: `http://${userAndPassword}127.0.0.1:${proxy.port}`,
  });
  assert.equal(cross, undefined, JSON.stringify(cross));
  assert.equal(code, 0);
  assert.deepEqual(
    steps.map(({ name, status }) => `${name} ${status}`),
    [
      'myDomain passed',
      'proxy passed',
      'name skipped',
      'port passed',
      'tls passed',
      'token passed',
      'scopes passed',
      'runAsUser passed',
      'apiAccess passed',
      'environment passed',
      'limits passed',
      'rights skipped',
    ],
  );
  assert.equal(steps[1]?.detail, `Calls go through http://127.0.0.1:${proxy.port}.`);
  assert.ok(proxy.asked.length >= 3 && proxy.asked.every((asked) => asked === `${host}:443`), String(proxy.asked));
  for (const secret of [password, encodeURIComponent(password), authorization.slice(6)])
    assert.ok(!`${out}${err}`.includes(secret), 'the password is shown nowhere');
});

test('a run moves its rows through the proxy, and nothing goes round it', async () => {
  await using proxy = await openConnectProxy(frontPort);
  const { code, finished, err } = await sluice(['run', 'accounts.yaml', '--json'], {
    https_proxy: `http://127.0.0.1:${proxy.port}`,
  });
  assert.equal(code, 0, err);
  assert.equal(finished?.runs[0]?.rows.created, 500);
  assert.ok(proxy.asked.length > 0);
});

test('an agent calls Salesforce through the proxy of its own machine', async (t) => {
  await using proxy = await openConnectProxy(frontPort, { authorization });
  const up = await startReady(folder, ['up', '--port', '0', '--data', 'up', '--allow-host', host], {
    HTTPS_PROXY: `http://${userAndPassword}127.0.0.1:${proxy.port}`,
    NODE_EXTRA_CA_CERTS: join(folder, 'root.pem'),
  });
  t.after(() => up.child.kill('SIGKILL'));
  const [username, word] = readFileSync(join(folder, 'up', 'hub', 'administrator'), 'utf8').split('\n');
  const call = createHubCalls(up.ready.url);
  await call('POST', '/session', { username, password: word });
  const [{ agentId }] = await until(
    async () => (await call('GET', '/agents')).json.rows,
    ([first]) => first?.connected,
  );
  const { consumerKey, consumerSecret } = org;
  const salesforce = { environment: 'production', myDomainUrl: myDomain, consumerKey, consumerSecret };
  const { json } = await call('POST', '/connections/ping-salesforce', { agent: { agentId }, salesforce });
  assert.equal(json.ok, true, JSON.stringify(json));
  assert.equal(
    json.steps.find(({ name }: Step) => name === 'proxy').detail,
    `Calls go through http://127.0.0.1:${proxy.port}.`,
  );
  assert.ok(proxy.asked.length >= 3);
  assert.equal(await end(up, 'SIGTERM'), 0);
  assert.doesNotMatch((await up.ended).err, new RegExp(encodeURIComponent(password)));
});

test('a proxy may speak TLS itself', async () => {
  await using proxy = await openConnectProxy(frontPort, { certificate });
  const { code, out, err } = await sluice(['token', 'acme.connection.yaml'], {
    HTTPS_PROXY: `https://127.0.0.1:${proxy.port}`,
  });
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /^\S{30,}\n$/);
});

test('what is wrong with the proxy is said for each by its own sentence, by the doctor and by a run', async (t) => {
  const turns: [string, ProxyManner, string, string, RegExp][] = [
    ['it wants a password', { authorization }, 'port', 'PROXY_LOGIN_REFUSED', /wants a user and a password/],
    [
      'it refuses',
      { refuseWith: 403 },
      'port',
      'PROXY_REFUSED',
      /does not let anybody through to acme\.my\S+, port 443/,
    ],
    ['it finds no way', { refuseWith: 503 }, 'port', 'SALESFORCE_UNREACHABLE', /found no way there \(status 503\)/],
    ['it hangs', { silent: true }, 'port', 'PROXY_UNREACHABLE', /did not answer within 10 seconds/],
  ];
  for (const [name, manner, step, code, sentence] of turns) {
    await t.test(name, async () => {
      await using proxy = await openConnectProxy(frontPort, manner);
      const { cross, code: exit } = await doctor({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
      assert.deepEqual([cross?.name, cross?.code, exit], [step, code, 1], JSON.stringify(cross));
      assert.match(cross?.detail ?? '', sentence);
      assert.ok((cross?.next.length ?? 0) > 20);
    });
  }
  await t.test('the password is wrong', async () => {
    await using proxy = await openConnectProxy(frontPort, { authorization });
    const environment = { HTTPS_PROXY: `http://mover:wr0ng-word@127.0.0.1:${proxy.port}` };
    const { code, err } = await sluice(['token', 'acme.connection.yaml'], environment);
    assert.equal(code, 1);
    assert.match(err, /does not take this user and password\.\nSet HTTPS_PROXY as http:\/\/USER:PASSWORD@HOST:PORT/);
    assert.doesNotMatch(err, /wr0ng-word/);
  });
  await t.test('it is down', async () => {
    const { port, ...proxy } = await openConnectProxy(frontPort);
    await proxy[Symbol.asyncDispose]();
    const { cross } = await doctor({ HTTPS_PROXY: `http://127.0.0.1:${port}` });
    assert.deepEqual([cross?.name, cross?.code], ['proxy', 'PROXY_UNREACHABLE']);
  });
  await t.test('it is of another kind', async () => {
    const { code, err } = await sluice(['doctor', ...flags()], { HTTPS_PROXY: 'socks5://127.0.0.1:1080' });
    assert.deepEqual([code, /PROXY_INVALID/.test(err)], [2, true], err);
  });
  await t.test('it replaces the certificate', async () => {
    await using proxy = await openConnectProxy(frontPort);
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: '' };
    const { cross } = await doctor(environment);
    assert.deepEqual([cross?.name, cross?.code], ['tls', 'TLS_FAILED']);
    assert.match(cross?.next ?? '', /NODE_EXTRA_CA_CERTS/);
  });
});

test('NO_PROXY and the lack of a proxy are told, and the way is direct', async () => {
  const { steps, cross } = await doctor({ HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: 'salesforce.invalid' });
  assert.deepEqual(steps[1], {
    ...steps[1],
    name: 'proxy',
    status: 'skipped',
    detail: `Not used: NO_PROXY names ${host}.`,
  });
  assert.equal(cross?.code, 'HOST_UNKNOWN', 'it was looked up here');
  assert.equal((await doctor({})).steps[1]?.detail, 'Not used: HTTPS_PROXY is not set.');
});
