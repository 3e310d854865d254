/** For tests: an org called through its Setup API as an administrator does, each answer held against the description. */
import assert from 'node:assert/strict';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/schema';
import { createClockInTest } from '../../base/clock-in-test.ts';
import { createLog } from '../../base/index.ts';
import { type ApiError, errorAnswer } from '../../web/index.ts';
import { type Org, type OrgSettings, openOrg } from '../org.ts';
import { parseSetupFile } from '../setup/index.ts';
import type { Operation } from './operation.ts';
import { setupOperations } from './operations.ts';

export type Answered = {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into what it was answered, and fails when it is not there
  json: any;
  errors: readonly ApiError[];
  headers: Readonly<Record<string, unknown>>;
};

export type SetupCaller = (method: string, path: string, body?: unknown) => Promise<Answered>;

const compiled = new Map<TSchema, ReturnType<typeof Compile>>();

/** Fails when an answer is not as the description says. */
function checkAnswer(operation: Operation | undefined, status: number, json: unknown): void {
  if (operation === undefined) return;
  const good = operation.status ?? (operation.answer === undefined ? 204 : 200);
  const schema = status >= 400 ? errorAnswer : operation.answer;
  if (status < 400) assert.equal(status, good, `${operation.id} answers as described`);
  if (schema === undefined) {
    assert.equal(json, undefined);
    return;
  }
  const check = compiled.get(schema) ?? Compile(schema as never);
  compiled.set(schema, check);
  const [fits, problems] = check.Errors(json);
  assert.ok(fits, `${operation.id} ${status}: ${JSON.stringify(problems)} in ${JSON.stringify(json)}`);
}

function findOperation(method: string, path: string): Operation | undefined {
  const parts = path.split('?', 1).join('').split('/');
  return setupOperations.find((one) => {
    const wanted = one.path.split('/');
    return (
      one.method === method &&
      wanted.length === parts.length &&
      wanted.every((part, index) => part.startsWith(':') || part === parts[index])
    );
  });
}

/** A new org: `call` as the administrator, `token` and `data` as W7 does. */
export async function openSetupInTest(setupText?: string, settings: OrgSettings = {}) {
  const clock = createClockInTest();
  const org = await openOrg({
    ...(setupText === undefined ? {} : { setup: parseSetupFile(setupText) }),
    log: createLog({ level: 'silent' }),
    clock,
    ...settings,
  });
  const { inject, logIn } = callersOf(org);
  const { username = '', password = '' } = org.firstAdministrator ?? {};
  const { call } = await logIn(username, password);
  /** Verify Your Identity with the code out of the newest mail. */
  const verify = async () => {
    await call('POST', '/identity-verification');
    return call('POST', '/identity-verification/code', { code: await newestCode(call) });
  };
  return { org, clock, inject, logIn, call, verify, ...clientOf(org), [Symbol.asyncDispose]: org.close };
}

/** Out of the newest mail in the Outbox. */
export async function newestCode(call: SetupCaller): Promise<string> {
  const { json } = await call('GET', '/outbox');
  return /(?<!\d)\d{6}(?!\d)/.exec(json.rows[0].text)?.[0] ?? '';
}

type Given = { headers?: Record<string, string>; body?: unknown };

function callersOf(org: Org) {
  const inject = async (method: string, path: string, { headers, body }: Given): Promise<Answered> => {
    const typed = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await org.app.inject({
      method: method as 'GET',
      url: `/setup/api${path}`,
      headers: { ...typed, ...headers },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    const json = answer.body === '' ? undefined : JSON.parse(answer.body);
    checkAnswer(findOperation(method, path), answer.statusCode, json);
    return { status: answer.statusCode, json, errors: json?.errors ?? [], headers: answer.headers };
  };
  const logIn = async (username: string, password: string) => {
    const answer = await inject('POST', '/session', { body: { username, password } });
    const cookie = String(answer.headers['set-cookie'] ?? '').split(';', 1)[0] ?? '';
    const headers = { cookie, 'x-csrf-token': String(answer.json?.csrfToken) };
    const call: SetupCaller = (method, path, body) => inject(method, path, { headers, body });
    return { answer, call, headers };
  };
  return { inject, logIn };
}

/** A client of the org: it gets a token and calls the data API with it. */
function clientOf(org: Org) {
  const token = async (key: string, secret: string) => {
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: key, client_secret: secret });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const url = '/services/oauth2/token';
    const answer = await org.app.inject({ method: 'POST', url, headers, payload: form.toString() });
    return { status: answer.statusCode, json: answer.json() };
  };
  const data = async (
    accessToken: string,
    path: string,
    { method = 'GET', body }: { method?: string; body?: unknown } = {},
  ) => {
    const answer = await org.app.inject({
      method: method as 'GET',
      url: path.startsWith('/') ? path : `/services/data/v68.0/${path}`,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, json: answer.body === '' ? undefined : answer.json() };
  };
  return { token, data };
}
