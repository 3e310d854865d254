/** For tests: a hub with an agent that has dialled in, interfaces of it, and a client of the integrate API. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentInput, dialOutPaths } from '../../protocol/index.ts';
import { aboutInTest, type HubInTest, pollInTest, post, registerInTest, tokenFor } from '../agent-api/agent-in-test.ts';
import type { HubSettings } from '../hub.ts';
import { openHubInTest } from '../hub-in-test.ts';

export const orders = {
  name: 'orders',
  integration: 'Shop',
  connection: 'shop',
  status: 'deployed',
  source: { table: 'orders' },
  object: 'Order__c',
  operation: 'upsert',
  externalId: 'Number__c',
  mapping: { Number__c: 'number', Total__c: 'total', Note__c: { formula: 'UPPER(note)' } },
};

export const lines = {
  ...orders,
  name: 'lines',
  object: 'Line__c',
  externalId: 'Line_Number__c',
  mapping: {
    Line_Number__c: { formula: 'parent.number & "-" & line' },
    Order__c: { parent: 'Order__r', externalId: 'Number__c', column: 'parent.number' },
  },
};

const connection = {
  name: 'shop',
  type: 'agentDatabase',
  database: { database: 'sqlite', file: '/data/shop.sqlite' },
  salesforce: {
    environment: 'production',
    myDomainUrl: 'acme.my.salesforce.com',
    consumerKey: 'key',
    consumerSecret: 'secret-of-the-consumer',
  },
  withoutPing: true,
};

export type CarryInput = AgentInput<'carryRecords'>;

export type Sent = { body?: string | Uint8Array; query?: string; headers?: Record<string, string>; token?: string };

export async function openIntegrateInTest(settings: Partial<HubSettings> = {}) {
  const hub = await openHubInTest(settings);
  const { x = '' } = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });
  const publicKey = { kty: 'OKP', crv: 'X25519', x } as const;
  const agent = await registerInTest(hub as HubInTest, { ...aboutInTest(), publicKey });
  const sql = (text: string, values: Record<string, SQLInputValue> = {}) =>
    runSql(settings.folder ?? hub.folder, text, values);
  const agentRow = Number(sql('SELECT id FROM agent WHERE agent_id = :id', { id: agent.about.id })[0]?.id);
  await made(hub.call('POST', '/connections', { ...connection, agent: { agentId: agent.about.id } }));
  await made(hub.call('POST', '/integrations', { name: 'Shop' }));
  const addInterface = async (change: object) =>
    (await made(hub.call('POST', '/interfaces', { definition: { ...orders, ...change } }))).json;
  const kept = await addInterface({});
  const addClient = async (change: object = {}) => {
    const client = await made(hub.call('POST', '/api-clients', { name: 'Till', scopes: ['integrate'], ...change }));
    const { clientId, clientSecret } = client.json;
    const token = (await tokenFor(hub as HubInTest, clientId, clientSecret)).json.access_token as string;
    return { ...client.json, token };
  };
  const client = await addClient();
  const sendOnly = async ({
    body = '',
    query = 'integration=Shop&interface=orders',
    headers,
    token = client.token,
  }: Sent) => {
    const answer = await hub.hub.app.inject({
      method: 'POST',
      url: `/V4/integrate?${query}`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      payload: body as string,
    });
    return read(answer);
  };
  /** What small calls brought has become messages when it is answered. */
  const send = async (sent: Sent) => {
    const answer = await sendOnly(sent);
    while (sql('SELECT 1 FROM call WHERE folded IS NOT NULL LIMIT 1').length > 0) await sleep(5);
    return answer;
  };
  const ask = async (url: string, token = client.token) =>
    read(
      await hub.hub.app.inject({
        url: url.replace(/^https?:\/\/[^/]+/, ''),
        headers: { authorization: `Bearer ${token}` },
      }),
    );
  /** The agent asks for requests, so that it counts as connected. */
  const poll = (waitMs = 0) => post(hub as HubInTest, dialOutPaths.requests, { ...pollInTest, waitMs }, agent.token);
  /** Answers the next request for which there is a function, as the agent would. */
  const answerNext = async (handlers: Record<string, (input: never) => unknown>) => {
    for (;;) {
      for (const { id, name, input } of (await poll(1_000)).json.requests) {
        const handler = handlers[name];
        if (handler === undefined) continue;
        const said = handler(input as never);
        const answer = Object.hasOwn(Object(said), 'status') ? said : { status: 200, json: said };
        await post(hub as HubInTest, `${dialOutPaths.answers}/${id}`, answer, agent.token);
        return;
      }
    }
  };
  return { ...hub, agent, agentRow, kept, client, addInterface, addClient, send, sendOnly, ask, poll, answerNext, sql };
}

export type IntegrateInTest = Awaited<ReturnType<typeof openIntegrateInTest>>;

type Injected = { statusCode: number; body: string; headers: Record<string, unknown> };

function read({ statusCode, body, headers }: Injected) {
  const isJson = String(headers['content-type']).startsWith('application/json');
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into what it was answered, and fails when it is not there
  const json = (isJson ? JSON.parse(body) : undefined) as any;
  return { status: statusCode, json, text: body, headers, message: String(json?.errors?.[0]?.message ?? '') };
}

async function made<Answer extends { status: number; errors: unknown }>(call: Promise<Answer>): Promise<Answer> {
  const answer = await call;
  assert.equal(answer.status, 201, JSON.stringify(answer.errors));
  return answer;
}

function runSql(folder: string, text: string, values: Record<string, SQLInputValue>) {
  using file = new DatabaseSync(join(folder, 'hub.sqlite'), { timeout: 10_000, enableForeignKeyConstraints: false });
  return file
    .prepare(text)
    .all(values)
    .map((row) => ({ ...row }));
}
