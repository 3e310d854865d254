/** For tests: an agent that has registered at a hub, calling its agent API by hand. */
import { randomUUID } from 'node:crypto';
import { dialOutPaths } from '../../protocol/index.ts';
import type { openHubInTest } from '../hub-in-test.ts';

export type HubInTest = Pick<Awaited<ReturnType<typeof openHubInTest>>, 'hub' | 'call'>;

export const aboutInTest = (name = 'Berlin') => ({
  id: randomUUID(),
  name,
  version: '1.2.3',
  publicKey: { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) } as const,
  deployment: 0,
});

export async function post({ hub }: HubInTest, path: string, body: unknown, token?: string) {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await hub.app.inject({ method: 'POST', url: path, headers, payload });
  const json = answer.body === '' ? undefined : answer.json();
  return { status: answer.statusCode, json, headers: answer.headers };
}

export async function newCode(hub: HubInTest): Promise<string> {
  return (await hub.call('POST', '/agents/registration-codes')).json.code;
}

export async function tokenFor({ hub }: HubInTest, clientId: string, secret: string, scope?: string) {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
  const answer = await hub.app.inject({
    method: 'POST',
    url: '/oauth2/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(scope === undefined ? form : { ...form, scope }).toString(),
  });
  return { status: answer.statusCode, json: answer.json() };
}

/** Registered and signed in; `id` is the hub's. */
export async function registerInTest(hub: HubInTest, about = aboutInTest()) {
  const registered = await post(hub, dialOutPaths.register, { code: await newCode(hub), about });
  const { clientId, clientSecret } = registered.json;
  const token = (await tokenFor(hub, clientId, clientSecret)).json.access_token as string;
  const { rows } = (await hub.call('GET', '/agents?pageSize=200')).json;
  const id = rows.find(({ agentId }: { agentId: string }) => agentId === about.id).id as number;
  return { about, id, clientId, clientSecret, token };
}

export const pollInTest = { waitMs: 0, deployment: 0, room: 4, having: [] };
