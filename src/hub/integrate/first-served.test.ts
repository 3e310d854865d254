import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Agent, request } from 'undici';
import { parseMetrics, sampleOf } from '../../web/metrics-in-test.ts';
import { type IntegrateInTest, openIntegrateInTest } from './integrate-in-test.ts';

const path = '/V4/integrate?integration=Shop&interface=orders&mode=Asynchronous';

type Sent = { method?: 'POST' | 'GET' | 'PUT' | 'HEAD'; url?: string; token?: string; body?: string; type?: string };

/** Of headers, those that are of the answer and not of the connection or the time. */
function read(status: number, headers: Record<string, unknown>, body: string) {
  const { connection, date, 'keep-alive': keepAlive, location, ...others } = headers;
  const kept = { ...others, hasLocation: location !== undefined };
  const said = body.replaceAll(/"(call|url)":"[^"]+"|"message":\d+/g, '"$1"');
  return { status, headers: { ...kept, 'content-length': undefined }, body: said };
}

/** The same request over a port, where it comes before the router, and through the router. */
async function sendBoth({ hub, client }: IntegrateInTest, connection: Agent, sent: Sent) {
  const { method = 'POST', url = path, token = client.token, body = '{"number":1}', type = 'application/json' } = sent;
  const headers = { 'content-type': type, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) };
  const payload = method === 'GET' || method === 'HEAD' ? undefined : body;
  const over = await request(`${hub.urlHere}${url}`, {
    method,
    headers,
    body: payload ?? null,
    dispatcher: connection,
  });
  const through = await hub.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  return [
    read(over.statusCode, over.headers, await over.body.text()),
    read(through.statusCode, through.headers, through.payload),
  ] as const;
}

test('calls that come before the router are answered as those that come through it, and are counted too', async (context) => {
  await using stage = await openIntegrateInTest();
  await stage.hub.listen();
  const connection = new Agent({ connections: 1 });
  context.after(() => connection.close());
  const cases: [Sent, number][] = [
    [{}, 202],
    [{ body: '[{"number":1},{"number":2}]' }, 202],
    [{ body: '[{"number":1}' }, 400],
    [{ body: '' }, 400],
    [{ type: 'image/png' }, 415],
    [{ token: '' }, 401],
    [{ token: 'wrong' }, 401],
    [{ method: 'GET' }, 405],
    [{ method: 'HEAD' }, 405],
    [{ method: 'PUT' }, 405],
    [{ url: '/V4/integrate' }, 400],
    [{ url: '/V4/integrate/?integration=Shop&interface=orders' }, 202],
    [{ url: '/V4//integrate?integration=Shop&interface=orders' }, 202],
    [{ url: `${path}&x=1` }, 400],
    [{ url: '/V4/integrateX' }, 404],
  ];
  for (const [sent, status] of cases) {
    const [over, through] = await sendBoth(stage, connection, sent);
    assert.deepEqual(over, through, JSON.stringify(sent));
    assert.equal(over.status, status, JSON.stringify(sent));
  }
  const samples = parseMetrics((await stage.hub.app.inject('/metrics')).payload);
  const counted = (status: string) =>
    sampleOf(samples, 'sluice_http_requests_total', { server: 'hub', operation: '/V4/integrate', status });
  assert.deepEqual([counted('202'), counted('405'), counted('401')], [8, 6, 4]);
});

test('what is taken from a client, or from an interface, is taken from its very next call', async (context) => {
  await using stage = await openIntegrateInTest();
  await stage.hub.listen();
  const connection = new Agent({ connections: 1 });
  context.after(() => connection.close());
  const statusOf = async () => (await sendBoth(stage, connection, {})).map(({ status }) => status);
  assert.deepEqual(await statusOf(), [202, 202]);
  const { kept, call, client } = stage;
  const { version, definition } = (await call('GET', `/interfaces/${kept.id}`)).json;
  const parked = { definition: { ...definition, status: 'undeployed' }, version };
  const saved = await call('PUT', `/interfaces/${kept.id}`, parked);
  assert.equal(saved.status, 200, JSON.stringify(saved.errors));
  assert.deepEqual(await statusOf(), [409, 409]);
  const found = (await call('GET', `/api-clients/${client.id}`)).json;
  const changed = await call('PUT', `/api-clients/${client.id}`, {
    ...{ name: found.name, scopes: found.scopes, interfaces: found.interfaces, tokenMinutes: found.tokenMinutes },
    ...{ active: false, version: found.version },
  });
  assert.equal(changed.status, 200, JSON.stringify(changed.errors));
  assert.deepEqual(await statusOf(), [401, 401]);
});
