/** What the org writes into its log: never a secret, a token or a password, whatever was asked and however it failed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Log } from '../../base/index.ts';
import { openOrgInTest } from './org-in-test.ts';

function captureLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const write = (entry: object, text: string) => {
    const shown = JSON.stringify(entry, (_key, value) =>
      value instanceof Error ? `${value.stack} ${value.cause}` : value,
    );
    lines.push(`${shown} ${text}`);
  };
  return { log: { debug: write, info: write, warn: write, error: write }, lines };
}

test('no secret, token or password stands in a line of the log', async () => {
  const { log, lines } = captureLog();
  await using stage = await openOrgInTest({ log });
  const { org, call, token } = stage;
  const { consumerKey, consumerSecret: secret } = org;
  const password = org.firstAdministrator?.password ?? 'none';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const form = (fields: Record<string, string>) => ({
    app: 'none' as const,
    headers,
    payload: new URLSearchParams(fields).toString(),
  });
  const app = { client_id: consumerKey, client_secret: secret };
  await call('POST', '/services/oauth2/token', form({ ...app, grant_type: 'implicit' }));
  await call(
    'POST',
    '/services/oauth2/token',
    form({ ...app, grant_type: 'client_credentials', client_secret: `${secret}x` }),
  );
  await call('POST', `/services/oauth2/token?client_secret=${secret}`, form({ grant_type: 'client_credentials' }));
  await call('POST', '/services/oauth2/introspect', form({ ...app, token }));
  await call('GET', `/services/oauth2/authorize?access_token=${token}`, { app: 'none' });
  await call('GET', `/services/data/v68.0/tooling/query?access_token=${token}`);
  await call('GET', `/services/oauth2/userinfo?oauth_token=${token}`, { app: 'none' });
  await call('GET', `/id/${token}/x?oauth_token=${token}`, { app: 'none' });
  await call('POST', '/setup/api/session', { app: 'none', json: { username: 'nobody@test.example', password } });
  await call('GET', 'query?q=SELECT+Id+FROM+Case', { headers: { accept: 'application/xml' } });
  await call('POST', 'sobjects/Account', {
    payload: `{"Name":"${token}`,
    headers: { 'content-type': 'application/json' },
  });
  await call('GET', '/services/data/v68.0/limits', { app: 'none', headers: { authorization: `Token ${token}` } });
  await org.close();
  await call('GET', '/services/oauth2/userinfo').catch(() => undefined);
  await call('POST', '/services/oauth2/token', form({ ...app, grant_type: 'client_credentials' })).catch(
    () => undefined,
  );
  assert.ok(lines.length >= 2, 'a log without a line proves nothing');
  for (const line of lines)
    for (const secretText of [secret, token, password]) assert.ok(!line.includes(secretText), line);
});
