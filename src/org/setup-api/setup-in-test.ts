/** For tests: an org called through its Setup API as an administrator does, each answer held against the description. */
import { createClockInTest } from '../../base/clock-in-test.ts';
import { createLog } from '../../base/index.ts';
import { createDescribedCalls, type DescribedCall } from '../../web/described-calls-in-test.ts';
import { type Org, type OrgSettings, openOrg } from '../org.ts';
import { parseSetupFile } from '../setup/index.ts';
import { setupOperations } from './operations.ts';

export type { Answered } from '../../web/described-calls-in-test.ts';

export type SetupCaller = DescribedCall;

/** A new org: `call` as the administrator, `token` and `data` as W7 does. */
export async function openSetupInTest(setupText?: string, settings: OrgSettings = {}) {
  const clock = createClockInTest();
  const org = await openOrg({
    ...(setupText === undefined ? {} : { setup: parseSetupFile(setupText) }),
    log: createLog({ level: 'silent' }),
    clock,
    ...settings,
  });
  const { inject, logIn } = createDescribedCalls({ app: org.app, base: '/setup/api', operations: setupOperations });
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
