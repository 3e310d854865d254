/** For tests of rights: real tokens of three users, one of whom is granted rights through the Setup API, as an administrator does. */
import assert from 'node:assert/strict';
import type { InjectOptions } from 'fastify';
import { type Clock, createLog, type Log } from '../../base/index.ts';
import { openOrg } from '../org.ts';
import type { ObjectRights, OrgWideDefault, RightsSource } from '../rights/index.ts';
import { parseSetupFile } from '../setup/index.ts';
import type { ApexHandlers } from './apex-class.ts';

const secret = 'a-secret-of-the-tests-of-rights-and-of-nothing-else';
const keyOf = (name: string) => `3MVG9${name.padEnd(60, 'a')}`;

const setupText = `
profiles: [ { name: Limited, license: Salesforce } ]
users:
  - { username: admin@test.example, lastName: Admin }
  - { username: limited@test.example, lastName: Limited, profile: Limited }
  - { username: other@test.example, lastName: Other }
connectedApps:
${['admin', 'limited', 'other']
  .map(
    (name) =>
      `  - { name: ${name}, consumerKey: ${keyOf(name)}, consumerSecret: env:SLUICE_SECRET_RIGHTS, scopes: [api], clientCredentials: { enabled: true, runAs: ${name}@test.example } }`,
  )
  .join('\n')}
apexClasses:
  - { name: CityLoader, urlMapping: /cities/*, methods: [POST, PUT], records: { object: City__c, externalId: Code__c } }
  - { name: Echo, urlMapping: /echo/*, methods: [GET, POST] }
  - { name: Unanswered, urlMapping: /unanswered, methods: [POST] }
  - { name: Quiet }
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

export type Reply = {
  status: number;
  text: string;
  json: unknown;
  headers: Readonly<Record<string, unknown>>;
  bytes: Buffer;
};

export type Rights = Omit<RightsSource, 'all'> & { defaults?: Record<string, OrgWideDefault> };

type More = { csv?: string; payload?: Buffer; headers?: Record<string, string> };

/** The path stands below /services/data/v68.0 when it has no slash at its start. */
export type Ask = (method: string, path: string, body?: unknown, more?: More) => Promise<Reply>;

type Settings = { apexRest?: ApexHandlers; log?: Log; clock?: Clock };

export async function openOrgWithRights({ apexRest, clock, log = createLog({ level: 'silent' }) }: Settings = {}) {
  await using opened = new AsyncDisposableStack();
  const environment = { SLUICE_SECRET_RIGHTS: secret };
  const org = opened.use(await openOrg({ setup: parseSetupFile(setupText), environment, log, apexRest, clock }));
  const inject = async (request: InjectOptions): Promise<Reply> => {
    const answer = await org.app.inject(request);
    const { body: text, headers, rawPayload: bytes, statusCode: status } = answer;
    const isJson = String(headers['content-type']).startsWith('application/json') && bytes[0] !== 0x1f;
    return { status, text, headers, bytes, json: isJson && text !== '' ? JSON.parse(text) : undefined };
  };
  const callers = { inject, setup: await logIn(inject, org.firstAdministrator) };
  const [admin, limited, other] = [
    await signIn(callers, 'admin'),
    await signIn(callers, 'limited'),
    await signIn(callers, 'other'),
  ] as const;
  const open = opened.move();
  return {
    org,
    userId: limited.userId,
    /** Of the limited user. */
    token: limited.token,
    otherId: other.userId,
    admin: admin.ask,
    limited: limited.ask,
    other: other.ask,
    /** What the limited user may do from now on, and what all may do with records of others. */
    grant: await grantingBy(callers.setup),
    setup: callers.setup,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

export type OrgWithRights = Awaited<ReturnType<typeof openOrgWithRights>>;

type Inject = (request: InjectOptions) => Promise<Reply>;
type SetupCaller = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** Calls the Setup API as the administrator. */
async function logIn(inject: Inject, administrator: object | undefined): Promise<SetupCaller> {
  const typed = { 'content-type': 'application/json' };
  const call = (method: string, path: string, body: unknown, headers: Record<string, string>) => {
    const url = `/setup/api${path}`;
    const given = body === undefined ? {} : { payload: JSON.stringify(body) };
    return inject({ method: method as 'GET', url, headers: { ...typed, ...headers }, ...given });
  };
  const answer = await call('POST', '/session', administrator, {});
  const cookie = String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
  const headers = { cookie, 'x-csrf-token': (answer.json as { csrfToken: string }).csrfToken };
  return (method, path, body) => call(method, path, body, headers);
}

/** A token by the client credentials flow, and calls with it. */
async function signIn(
  { inject }: { inject: Inject },
  name: string,
): Promise<{ ask: Ask; token: string; userId: string }> {
  const form = { grant_type: 'client_credentials', client_id: keyOf(name), client_secret: secret };
  const answer = await inject({
    method: 'POST',
    url: '/services/oauth2/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(form).toString(),
  });
  const { access_token: token, id } = answer.json as { access_token: string; id: string };
  const ask: Ask = async (method, path, body, { csv, payload: raw, headers: given = {} } = {}) => {
    const type = csv === undefined ? 'application/json' : 'text/csv';
    const payload = raw ?? csv ?? (body === undefined ? undefined : JSON.stringify(body));
    const typed = payload === undefined ? {} : { 'content-type': type };
    const headers = { authorization: `Bearer ${token}`, ...typed, ...given };
    const url = path.startsWith('/') ? path : `/services/data/v68.0/${path}`;
    return inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) } as InjectOptions);
  };
  return { ask, token, userId: id.split('/').at(-1) ?? '' };
}

const withoutLimits: OrgWideDefault = 'PublicReadWrite';

/** On the profile of the limited user, and on Sharing Settings. */
async function grantingBy(setup: SetupCaller): Promise<(rights: Rights) => Promise<void>> {
  const { rows } = (await setup('GET', '/profiles?search=Limited')).json as { rows: { id: string }[] };
  const path = `/profiles/${rows[0]?.id}`;
  let sharing: Record<string, OrgWideDefault> = {};
  return async ({ defaults = {}, ...rights }) => {
    const { version } = (await setup('GET', path)).json as { version: string };
    const saved = await setup('PATCH', path, { version, ...profileOf(rights) });
    assert.equal(saved.status, 200, saved.text);
    for (const object of new Set([...Object.keys(sharing), ...Object.keys(defaults)])) {
      const value = defaults[object] ?? withoutLimits;
      if (value === sharing[object]) continue;
      const shared = await setup('PUT', `/sharing-settings/${object}`, { value });
      assert.equal(shared.status, 200, shared.text);
    }
    sharing = { ...defaults };
  };
}

/** As the boxes of the page are ticked: one that is ticked ticks those it needs. */
function profileOf({ objects = {}, fields = {}, apexClasses = [], ...overall }: Omit<Rights, 'defaults'>): object {
  const ticked = Object.entries(objects).map(([name, rights]) => [name, ticking(rights)] as const);
  const permissions = {
    ApiEnabled: 'apiEnabled',
    ViewAllData: 'viewAllData',
    ModifyAllData: 'modifyAllData',
    BulkApiHardDelete: 'bulkApiHardDelete',
  } as const;
  const userPermissions = Object.entries(permissions).flatMap(([name, key]) => (overall[key] ? [name] : []));
  return { userPermissions, objects: Object.fromEntries(ticked), fields, apexClasses };
}

function ticking({ modifyAll = false, ...rights }: Partial<ObjectRights>): Partial<ObjectRights> {
  const viewAll = modifyAll || (rights.viewAll ?? false);
  return { ...rights, modifyAll, viewAll };
}

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
