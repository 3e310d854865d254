import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openListeningHub } from '../src/cli/listening-hub-in-test.ts';
import { answersIn, openSluiceShell } from './sluice-shell.ts';

const page = readFileSync(join(import.meta.dirname, '../docs/how-to/hub-from-a-shell.md'), 'utf8');

test('the page on the hub from a shell goes as it stands, line by line', async () => {
  const scripts = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = '']) => text);
  assert.equal(scripts.length, 3);
  await using hub = await openListeningHub();
  const password = hub.environment.SLUICE_SECRET_HUB ?? '';
  const shell = openSluiceShell(hub.folder);
  const [sites = '', secret = '', people = ''] = scripts;
  const run = (script: string) => shell(script, { SLUICE_HUB: hub.address, SLUICE_SECRET_HUB: password });
  assert.match(await run(sites), /"total": 1/);
  await run(secret);
  assert.match(JSON.parse(readFileSync(join(hub.folder, 'shop.json'), 'utf8')).clientSecret, /\S{20,}/);
  const [added, changed, reset, kept, trail] = answersIn(await run(people));
  assert.deepEqual([added.role, changed.role, kept.completedDays], ['operator', 'viewer', 7]);
  assert.notEqual(reset.password, added.password);
  assert.ok(trail.total >= 3, JSON.stringify(trail));
});
