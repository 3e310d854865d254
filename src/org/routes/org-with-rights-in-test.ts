/** For tests of rights: an org called with no port, in which a token is the id of its user and rights are set at once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { createLog, systemClock } from '../../base/index.ts';
import { createFaults } from '../faults.ts';
import { createApiUsage } from '../limits.ts';
import { openRecords } from '../records/index.ts';
import { effectiveRights, type OrgWideDefault, type RightsSource } from '../rights/index.ts';
import { openSetupStore, parseSetupFile } from '../setup/index.ts';
import { mountRoutes } from './front-door.ts';
import { createOAuthParts } from './oauth-endpoints.ts';
import { createApp } from './server.ts';

const setupText = `
users:
  - { username: admin@test.example, lastName: Admin }
  - { username: limited@test.example, lastName: Limited }
  - { username: other@test.example, lastName: Other }
objects:
  - name: Country__c
    pluralLabel: Countries
    fields: [ { name: Code__c, type: text, length: 10, unique: true, externalId: true } ]
  - name: City__c
    pluralLabel: Cities
    fields:
      - { name: Code__c, type: text, length: 20, unique: true, externalId: true, required: true }
      - { name: Twin__c, type: text, length: 20, externalId: true }
      - { name: Population__c, type: number }
      - { name: Country__c, type: lookup, to: Country__c, relationshipName: Cities }
  - name: Street__c
    fields: [ { name: City__c, type: masterdetail, to: City__c, relationshipName: Streets } ]
`;

export type Reply = { status: number; text: string; json: unknown };

export type Rights = RightsSource & { defaults?: Record<string, OrgWideDefault> };

/** The path stands below /services/data/v68.0. */
export type Ask = (method: string, path: string, body?: unknown, more?: { csv?: string }) => Promise<Reply>;

export async function openOrgWithRights() {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'sluice-rights-'));
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const store = opened.use(await openSetupStore({ folder, durable: false, setup: parseSetupFile(setupText) }));
  const { schema, file: setupFile } = store;
  const records = opened.use(await openRecords({ folder, durable: false, schema, setupFile }));
  const findToken = (userId: string) => ({ userId, appId: '', scopes: ['api'], issuedAt: 0 });
  const parts = {
    records,
    setup: { ...store, findToken },
    faults: createFaults({ rules: [], seed: 1 }),
    usage: createApiUsage({ clock: systemClock }),
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    durable: false,
    instanceUrl: () => 'http://localhost',
  };
  const serveToken = async () => {};
  const app = createApp({ isOwnHost: () => true, serveToken });
  mountRoutes(app, parts, { oauth: createOAuthParts(parts), serveToken });
  opened.defer(() => app.close());
  const ask =
    (userId: string): Ask =>
    async (method, path, body, more = {}) => {
      const type = more.csv === undefined ? 'application/json' : 'text/csv';
      const payload = more.csv ?? (body === undefined ? undefined : JSON.stringify(body));
      const headers = {
        authorization: `Bearer ${userId}`,
        ...(payload === undefined ? {} : { 'content-type': type }),
      };
      const url = `/services/data/v68.0/${path}`;
      const request = { method, url, headers, ...(payload === undefined ? {} : { payload }) } as InjectOptions;
      const answer = await app.inject(request);
      const isJson = String(answer.headers['content-type']).startsWith('application/json');
      const text = answer.body;
      return { status: answer.statusCode, text, json: isJson && text !== '' ? JSON.parse(text) : undefined };
    };
  const idOf = (name: string) => store.users.find(({ username }) => username === `${name}@test.example`)?.id ?? '';
  const userId = idOf('limited');
  const open = opened.move();
  return {
    records,
    userId,
    otherId: idOf('other'),
    admin: ask(idOf('admin')),
    limited: ask(userId),
    other: ask(idOf('other')),
    /** What the limited user may do from now on. */
    async grant({ defaults = {}, ...profile }: Rights) {
      const rightsOf = (id: string, of: RightsSource) =>
        [id, effectiveRights({ userId: id, schema, profile: of, permissionSets: [] })] as const;
      const all = ['admin', 'other'].map((name) => rightsOf(idOf(name), { all: true }));
      await records.setRights(new Map([...all, rightsOf(userId, profile)]), defaults);
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

export type OrgWithRights = Awaited<ReturnType<typeof openOrgWithRights>>;

/** Waits for the end of a job and gives its state, with its failed rows. */
export async function runJob(
  ask: Ask,
  { csv, ...job }: { operation: string; externalIdFieldName?: string; csv: string },
) {
  const made = await ask('POST', 'jobs/ingest', { object: 'City__c', ...job });
  if (made.status !== 200) return { made, id: '', state: '', failed: '', errorMessage: '' };
  const { id } = made.json as { id: string };
  await ask('PUT', `jobs/ingest/${id}/batches`, undefined, { csv });
  await ask('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' });
  return { made, id, ...(await endOfJob(ask, id)) };
}

export async function endOfJob(ask: Ask, id: string) {
  for (;;) {
    const { state, errorMessage = '' } = (await ask('GET', `jobs/ingest/${id}`)).json as Record<string, string>;
    if (state === 'JobComplete' || state === 'Failed') {
      const failed = (await ask('GET', `jobs/ingest/${id}/failedResults`)).text;
      return { state, errorMessage, failed };
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
