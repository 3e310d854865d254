/** Setup of the org of a stage, by its API: the administrator logged in, with a verified identity. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHubCalls } from './hub-calls.ts';
import type { HubStage } from './hub-stage.ts';

export type Pair = { consumerKey: string; consumerSecret: string };

type Credentials = { pairs: (Pair & { state: string })[] };

export type SetupCalls = Awaited<ReturnType<typeof openSetupCalls>>;

export async function openSetupCalls({ folder, org }: Pick<HubStage, 'folder' | 'org'>) {
  const call = createHubCalls(`${org.url}/setup`);
  const [username, password] = readFileSync(join(folder, 'org', 'administrator'), 'utf8').split('\n');
  assert.equal((await call('POST', '/session', { username, password })).status, 201);
  await verifyIdentity(call);

  async function appId(name: string): Promise<string> {
    const { json } = await call('GET', '/apps');
    return json.rows.find((app: { name: string }) => app.name === name).id;
  }

  function pairIn({ pairs }: Credentials, wanted: string): Pair {
    const { consumerKey, consumerSecret } = pairs.find(({ state }) => state === wanted) ?? assert.fail(wanted);
    return { consumerKey, consumerSecret };
  }

  return {
    call,
    appId,
    pairIn,
    /** The pair in use of an app. */
    async pairOf(name: string): Promise<Pair> {
      const { status, json } = await call('GET', `/apps/${await appId(name)}/consumer-details`);
      assert.equal(status, 200, JSON.stringify(json));
      return pairIn(json, 'active');
    },
  };
}

/** Verify Your Identity, with the code out of the newest mail. */
async function verifyIdentity(call: ReturnType<typeof createHubCalls>): Promise<void> {
  assert.equal((await call('POST', '/identity-verification')).status, 201);
  const { json } = await call('GET', '/outbox?pageSize=1');
  const code = /Verification code: (\d+)/.exec(JSON.stringify(json))?.[1];
  assert.equal((await call('POST', '/identity-verification/code', { code })).status, 200);
}
