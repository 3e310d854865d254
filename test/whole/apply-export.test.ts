import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { keepConnectionInTest } from '../../src/hub/connection-in-test.ts';
import { createHubCalls } from './hub-calls.ts';
import { type HubProgram, startHubProgram } from './hub-program.ts';
import { expectEnd, startSluice } from './sluice-program.ts';

const folder = await mkdtemp(join(tmpdir(), 'sluice-apply-export-'));
after(() => rm(folder, { recursive: true, force: true }));

const demo = join(import.meta.dirname, '..', '..', 'examples', 'demo');

/** The demo's own interfaces as an integration; what differs between machines is said by variables, as in the demo. */
async function writeFiles() {
  const files = join(folder, 'files');
  await cp(demo, files, { recursive: true, filter: (path) => path === demo || /(countries|cities)\.yaml$/.test(path) });
  await writeFile(join(files, '_integration.yaml'), 'name: Places\ndescription: countries and cities\n');
}

function sluice(hub: HubProgram, ...args: string[]) {
  const environment = { SLUICE_HUB: hub.url, SLUICE_SECRET_HUB: hub.password };
  return startSluice({ args, folder, secret: '', environment });
}

async function read(name: string) {
  const paths = (await readdir(join(folder, name), { recursive: true }))
    .filter((path) => path.endsWith('.yaml'))
    .sort();
  return await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, name, path), 'utf8')]));
}

test('interfaces go into a hub and out again, and into another hub from what came out, with the same bytes', async () => {
  await writeFiles();
  await using one = await startHubProgram(join(folder, 'one'));
  keepConnectionInTest(one.folder, 'demo');
  const dry = await expectEnd(sluice(one, 'apply', 'files', '--dry-run'), { code: 0 }, one.password);
  assert.match(dry.out, /^\+ integration Places\n\+ interface cities\n\+ interface countries\nNothing was done/);
  const applied = await expectEnd(sluice(one, 'apply', 'files'), { code: 0 }, one.password);
  assert.match(applied.out, /3 created, 0 changed, 0 deleted\.\n$/);
  await expectEnd(sluice(one, 'export', 'first'), { code: 0 }, one.password);
  const first = await read('first');
  assert.deepEqual(
    first.map(([path]) => path),
    ['Places/_integration.yaml', 'Places/cities.yaml', 'Places/countries.yaml', 'demo.connection.yaml'],
  );
  await using other = await startHubProgram(join(folder, 'other'));
  keepConnectionInTest(other.folder, 'demo');
  await expectEnd(sluice(other, 'apply', 'first'), { code: 0 }, other.password);
  await expectEnd(sluice(other, 'export', 'second'), { code: 0 }, other.password);
  assert.deepEqual(await read('second'), first);
  const again = await expectEnd(sluice(one, 'apply', 'second', '--prune'), { code: 0 }, one.password);
  assert.equal(again.out, 'The hub says what the files say.\n');
});

/** One digest of all names and bytes. */
const digestOf = async (name: string) => hash('sha256', JSON.stringify(await read(name)));

test('exported, wiped and applied again, a hub exports the same digest; and so when all was deleted in it', async () => {
  await writeFiles();
  const own = join(folder, 'wiped');
  const exported = async (hub: HubProgram, name: string) => {
    await expectEnd(sluice(hub, 'export', name), { code: 0 }, hub.password);
    return await digestOf(name);
  };
  let digest: string;
  {
    await using hub = await startHubProgram(own);
    keepConnectionInTest(hub.folder, 'demo');
    await expectEnd(sluice(hub, 'apply', 'files'), { code: 0 }, hub.password);
    digest = await exported(hub, 'before');
  }
  await rm(own, { recursive: true });
  await using hub = await startHubProgram(own);
  keepConnectionInTest(hub.folder, 'demo');
  assert.notEqual(await exported(hub, 'empty'), digest);
  await expectEnd(sluice(hub, 'apply', 'before'), { code: 0 }, hub.password);
  assert.equal(await exported(hub, 'after'), digest);
  const call = createHubCalls(hub.url);
  await call('POST', '/session', { username: 'admin', password: hub.password });
  for (const what of ['interfaces', 'integrations'])
    for (const { id } of (await call('GET', `/${what}`)).json.rows)
      assert.equal((await call('DELETE', `/${what}/${id}`)).status, 204, what);
  const again = await expectEnd(sluice(hub, 'apply', 'before'), { code: 0 }, hub.password);
  assert.match(again.out, /3 created, 0 changed, 0 deleted/);
  assert.equal(await exported(hub, 'later'), digest);
});

test('a hub that is away, a wrong password and a file with a mistake are told, each with what to do', async () => {
  await writeFiles();
  await using hub = await startHubProgram(join(folder, 'third'));
  const away = { ...hub, url: 'http://127.0.0.1:49' };
  await expectEnd(
    sluice(away, 'apply', 'files'),
    { code: 1, says: [/cannot be reached/, 'sluice hub start'] },
    hub.password,
  );
  const stranger = { ...hub, password: 'not the password' };
  await expectEnd(sluice(stranger, 'export', 'out'), { code: 1, says: [/password/i] }, stranger.password);
  await writeFile(join(folder, 'files', 'broken.yaml'), 'name: broken\noperation: insrt\n');
  await expectEnd(sluice(hub, 'apply', 'files'), { code: 2, says: [/broken\.yaml/] }, hub.password);
});
