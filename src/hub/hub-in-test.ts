/** For tests: a hub in a temporary folder, called through its API as its administrator, each answer held against the description. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClockInTest } from '../base/clock-in-test.ts';
import { createLog } from '../base/index.ts';
import { createDescribedCalls } from '../web/described-calls-in-test.ts';
import { hubApiBase, hubOperations } from './api/operations.ts';
import { type Hub, type HubSettings, openHub } from './hub.ts';

export async function openHubInTest(settings: Partial<HubSettings> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-hub-test-'));
  const clock = createClockInTest();
  const hub = await openHub({ folder, log: createLog({ level: 'silent' }), clock, ...settings });
  const { inject, logIn } = createDescribedCalls({ app: hub.app, base: hubApiBase, operations: hubOperations });
  const { username = '', password = '' } = hub.firstAdministrator ?? {};
  const { call, headers } = await logIn(username, password);
  /** A new person of this role, logged in. */
  const logInAs = async (role: string) => {
    const made = await call('POST', '/people', { username: role, name: role, role });
    return { ...(await logIn(role, made.json.password)), id: made.json.id };
  };
  const close = async () => {
    await hub.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { hub, folder, clock, inject, logIn, logInAs, call, headers, [Symbol.asyncDispose]: close };
}

/** The API of a hub that was opened elsewhere, called as its administrator. */
export async function callHubInTest(hub: Hub, password: string) {
  const { logIn } = createDescribedCalls({ app: hub.app, base: hubApiBase, operations: hubOperations });
  return { hub, call: (await logIn('admin', password)).call };
}
