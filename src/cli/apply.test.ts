import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { keepConnectionInTest } from '../hub/connection-in-test.ts';
import { openListeningHub } from './listening-hub-in-test.ts';

const shops = `name: shops
connection: ../warehouse.connection.yaml
source: { table: shop }
object: Account
operation: insert
mapping:
  Name: name
`;

async function openHubWithFiles() {
  const hub = await openListeningHub();
  keepConnectionInTest(hub.hubFolder, 'warehouse');
  const write = async (path: string, text: string) => {
    const file = join(hub.folder, 'files', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  await write('Retail/_integration.yaml', 'name: Retail\n');
  await write('Retail/shops.yaml', shops);
  return { ...hub, write };
}

test('apply shows what differs, does it, and then finds nothing to do', async () => {
  await using hub = await openHubWithFiles();
  const dry = await hub.sluice('apply', 'files', '--dry-run');
  assert.equal(dry.code, 0, dry.err);
  const plan = '+ integration Retail\n+ interface shops\n';
  assert.equal(dry.out, `${plan}Nothing was done; it would be: 2 created, 0 changed, 0 deleted.\n`);
  assert.equal((await hub.sluice('apply', 'files')).out, `${plan}2 created, 0 changed, 0 deleted.\n`);
  assert.equal((await hub.sluice('apply', 'files')).out, 'The hub says what the files say.\n');
  await hub.write('Retail/shops.yaml', `${shops}status: deployed\nschedule: { every: 15m }\n`);
  const { out } = await hub.sluice('apply', 'files', '--json');
  assert.deepEqual(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { event: 'step', action: 'change', kind: 'interface', name: 'shops', fields: ['status', 'schedule'] },
      { event: 'finished', dryRun: false, created: 0, changed: 1, deleted: 0, kept: 0 },
    ],
  );
});

test('what is in the hub alone stays, and goes with --prune; its place may be taken by something new', async () => {
  await using hub = await openHubWithFiles();
  await hub.sluice('apply', 'files');
  await hub.write('Retail/shops.yaml', shops.replace('name: shops', 'name: stores\nsequence: 1'));
  const kept = await hub.sluice('apply', 'files', '--dry-run');
  assert.match(kept.out, /In the hub alone, and left there without --prune: interface shops\.\nNothing was done/);
  const pruned = await hub.sluice('apply', 'files', '--prune');
  assert.equal(pruned.out, '+ interface stores\n- interface shops\n1 created, 0 changed, 1 deleted.\n', pruned.err);
});

test('interfaces that change places are applied as they stand in the files', async () => {
  await using hub = await openHubWithFiles();
  const goods = shops.replace('name: shops', 'name: goods');
  await hub.write('Retail/shops.yaml', `${shops}sequence: 1\n`);
  await hub.write('Retail/goods.yaml', `${goods}sequence: 2\n`);
  assert.equal((await hub.sluice('apply', 'files')).code, 0);
  await hub.write('Retail/shops.yaml', `${shops}sequence: 2\n`);
  await hub.write('Retail/goods.yaml', `${goods}sequence: 1\n`);
  const swapped = await hub.sluice('apply', 'files');
  assert.equal(
    swapped.out,
    '~ interface goods: sequence\n~ interface shops: sequence\n0 created, 2 changed, 0 deleted.\n',
  );
  assert.equal((await hub.sluice('apply', 'files')).out, 'The hub says what the files say.\n');
});

test('each wrong turn has its sentence, and changes nothing', async () => {
  await using hub = await openHubWithFiles();
  const fails = async (words: RegExp, ...more: string[]) => {
    const { code, err } = await hub.sluice('apply', ...more);
    assert.notEqual(code, 0);
    assert.match(err, words);
  };
  await fails(/nowhere cannot be read: it is not there/, 'nowhere');
  await hub.write('empty/readme.md', '');
  await fails(/holds no YAML files/, 'files/empty');
  await fails(/shops\.yaml cannot be read: it is a file, and a folder is meant/, 'files/Retail/shops.yaml');
  await hub.write('loose.yaml', shops.replace('shops', 'loose'));
  await fails(/loose\.yaml.*integration is missing/, 'files');
  await hub.write('loose.yaml', `${shops}integration: Retail\n`);
  await fails(/name is shops, as in .*each interface has a name of its own/, 'files');
  await hub.write('loose.yaml', `${shops.replace('shops', 'loose')}integration: Finance\n`);
  await fails(/loose\.yaml: there is no integration Finance, neither .* nor in the hub\./, 'files', '--dry-run');
  const elsewhere = shops.replace('shops', 'loose').replace('../warehouse.c', '../warehose.c');
  await hub.write('loose.yaml', `${elsewhere}integration: Retail\n`);
  await fails(/loose\.yaml: there is no connection warehose,.*; did you mean "warehouse"\?/, 'files', '--dry-run');
  await hub.write(
    'loose.yaml',
    `${shops.replace('shops', 'loose')}integration: Retail\nschedule: { cron: '61 * * * *' }\n`,
  );
  await fails(/loose\.yaml:9:19: schedule\.cron cannot be read: Invalid value for minute: 61/, 'files', '--dry-run');
  await hub.write('loose.yaml', shops.replace('shops', 'loose').replace('Name: name', "Name: { formula: 'UPER(x)' }"));
  await fails(/loose\.yaml:7:\d+: mapping\.Name is not usable: line 1, column 1 of its formula/, 'files');
});

test('what the hub refuses is said with the file that asks for it', async () => {
  await using hub = await openHubWithFiles();
  const back = 'type: outbound\nconnection: ../warehouse.connection.yaml\nobject: Account\nfields: [Name]\n';
  await hub.write('Retail/back.yaml', `name: back\n${back}target: { file: back.csv }\n`);
  const { code, err } = await hub.sluice('apply', 'files');
  assert.equal(code, 1);
  assert.match(err, /^\/.*Retail\/back\.yaml: .*target/i);
});

test('an export overwrites what an export wrote, removes what is gone, and leaves what others wrote', async () => {
  await using hub = await openHubWithFiles();
  await hub.sluice('apply', 'files');
  const first = await hub.sluice('export', 'out');
  assert.equal(
    first.out,
    'out holds 1 connection, 1 integration and 1 interface: 3 files written, 0 removed.\n',
    first.err,
  );
  assert.match(
    await readFile(join(hub.folder, 'out', 'Retail', 'shops.yaml'), 'utf8'),
    /^# Written by "sluice export"\.\nname: shops\n/,
  );
  assert.match((await hub.sluice('export', 'out')).out, /0 files written, 0 removed/);
  await hub.write('Retail/shops.yaml', shops.replace('name: shops', 'name: stores'));
  await hub.sluice('apply', 'files', '--prune');
  assert.match((await hub.sluice('export', 'out')).out, /1 file written, 1 removed/);
  const refused = await hub.sluice('export', 'files');
  assert.deepEqual([refused.code, /was not written by an export/.test(refused.err)], [1, true], refused.err);
  assert.equal((await hub.sluice('export', 'files', '--force')).code, 0);
});
