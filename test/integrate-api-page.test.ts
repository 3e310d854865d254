import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { tokenFor } from '../src/hub/agent-api/agent-in-test.ts';
import { openIntegrateInTest } from '../src/hub/integrate/integrate-in-test.ts';
import { hasCurl } from './curl.ts';
import { answersIn, openSluiceShell } from './sluice-shell.ts';

const run = promisify(execFile);
const page = readFileSync(join(import.meta.dirname, '../docs/how-to/integrate-api.md'), 'utf8');

test('the lines of the how-to page, given to a shell as they stand, get a token and send records', async (context: TestContext) => {
  if (!hasCurl(context, 'the lines of the page')) return;
  const lines = [...page.matchAll(/^```text\n(.*?)^```$/gms)].map(([, text]) => text ?? '');
  assert.equal(lines.length, 2);
  await using stage = await openIntegrateInTest();
  const url = await stage.hub.listen();
  writeFileSync(join(stage.folder, 'orders.csv'), 'number,total\n7,1\n8,2\n9,3\n');
  const { clientId, clientSecret } = stage.client;
  const environment = { ...process.env, HUB: url, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret };
  const { stdout } = await run('sh', ['-ec', lines.join('\n')], { env: environment, cwd: stage.folder });
  const answers = stdout
    .split(/(?<=\})(?=\{"call")/)
    .map((text) => JSON.parse(text) as { mode: string; records: number });
  assert.deepEqual(
    answers.map(({ mode, records }) => [mode, records]),
    [
      ['Asynchronous', 2],
      ['Bulk', 3],
    ],
  );
});

test('the lines of the page make an API client and another secret for it, and the old one is refused when its time is over', async () => {
  const [, script = ''] = /^```sh\n(.*?)^```$/ms.exec(page) ?? [];
  await using stage = await openIntegrateInTest();
  const environment = {
    SLUICE_HUB: await stage.hub.listen(),
    SLUICE_SECRET_HUB: stage.hub.firstAdministrator?.password ?? '',
  };
  const [made, rotated] = answersIn(await openSluiceShell(stage.folder)(script, environment));
  assert.deepEqual([made.name, made.interfaces, rotated.id], ['Web shop', ['Shop/orders'], made.id]);
  const tokens = async () => {
    const secrets: string[] = [made.clientSecret, rotated.clientSecret];
    const answers = secrets.map((secret) => tokenFor(stage, made.clientId, secret));
    return (await Promise.all(answers)).map(({ status }) => status);
  };
  assert.deepEqual(await tokens(), [200, 200]);
  stage.clock.forward(24 * 60 * 60_000);
  assert.deepEqual(await tokens(), [401, 200]);
});

test('every status and code of a refusal stands on the how-to page', () => {
  for (const word of [
    'KEY_MISSING',
    'COLUMNS_MISSING',
    'FORMULA_FAILED',
    'VALUE_NOT_MAPPED',
    'PARENT_REFUSED',
    'PARENT_CANCELLED',
  ])
    assert.match(page, new RegExp(`\`${word}\``));
  for (const status of [400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503])
    assert.match(page, new RegExp(`^\\| ${status} \\|`, 'm'));
});
