import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openLedger } from '../ledger/index.ts';
import { commands } from './commands.ts';
import { main } from './main.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const program = join(import.meta.dirname, '..', '..', 'bin', 'sluice.js');

async function sluice(args: readonly string[], given: Partial<Terminal> = {}) {
  let out = '';
  let err = '';
  const terminal: Terminal = {
    out(text) {
      out += text;
    },
    err(text) {
      err += text;
    },
    watched: false,
    columns: 80,
    closed: false,
    environment: {},
    workingFolder: folder,
    ...given,
  };
  const code = await main(args, terminal);
  return { code, out, err };
}

test('--version prints the version of the package', async () => {
  assert.deepEqual(await sluice(['--version']), { code: 0, out: `${version()}\n`, err: '' });
});

test('--help lists every command, and every command has a page of its own', async () => {
  const { code, out } = await sluice(['--help']);
  assert.equal(code, 0);
  for (const { name, settings } of commands) {
    assert.match(out, new RegExp(`^  ${name}\\b`, 'm'));
    const page = await sluice([...name.split(' '), '--help']);
    assert.equal(page.code, 0);
    assert.match(page.out, new RegExp(`^Usage: sluice ${name}`));
    for (const setting of Object.keys(settings)) assert.match(page.out, new RegExp(`--${setting}\\b`));
  }
});

test('without a command the help page goes to standard error and the exit code is 2', async () => {
  const { code, out, err } = await sluice([]);
  assert.deepEqual([code, out], [2, '']);
  assert.match(err, /Usage: sluice COMMAND/);
});

test('an unknown command ends with 2 and names the nearest right one', async () => {
  assert.deepEqual(await sluice(['rejetcs']), {
    code: 2,
    out: '',
    err: 'There is no command "rejetcs".\nDid you mean "sluice rejects"?\n(COMMAND_UNKNOWN)\n',
  });
  assert.match((await sluice(['org'])).err, /"org"\.\nDid you mean "sluice org start"\?/);
  assert.match((await sluice(['org', 'strat'])).err, /Did you mean "sluice org start"\?/);
});

test('doctor without a file says which of its settings is missing', async () => {
  assert.match(
    (await sluice(['doctor'])).err,
    /^Give a file, or --my-domain, --consumer-key and --consumer-secret\.\n/,
  );
  const { code, err } = await sluice(['doctor', '--my-domain', 'https://acme.my.salesforce.com']);
  assert.equal(code, 2);
  assert.match(err, /go together; missing: --consumer-key, --consumer-secret\.\n/);
});

test('with --json the error is a line of JSON on standard output too', async () => {
  const { code, out, err } = await sluice(['rejects', '7', '--json', '--data', join(folder, 'empty')]);
  assert.equal(code, 2);
  assert.equal(JSON.parse(out).code, 'RUN_MISSING');
  assert.match(err, /^There is no run 7 in the ledger /);
});

test('a settings file in the working folder gives settings, and an unknown name in it stops the start', async () => {
  const workingFolder = mkdtempSync(join(folder, 'settings-'));
  writeFileSync(join(workingFolder, 'sluice.yaml'), `data: ${join(workingFolder, 'ledger')}\nport: 8081\n`);
  assert.match((await sluice(['runs'], { workingFolder })).out, /settings-\w+\/ledger\/ledger\.sqlite yet\.\n$/);
  writeFileSync(join(workingFolder, 'sluice.yaml'), 'dat: x\n');
  const { code, err } = await sluice(['runs'], { workingFolder });
  assert.equal(code, 2);
  assert.match(err, /^There is no setting "dat" in sluice\.yaml\.\nDid you mean data\?/);
  writeFileSync(join(workingFolder, 'sluice.yaml'), '- a\n');
  assert.match((await sluice(['runs'], { workingFolder })).err, /it is no list of names and values/);
});

test('runs and rejects show what the ledger holds', async () => {
  const data = join(folder, 'ledger');
  {
    await using ledger = openLedger(data);
    const run = await ledger.startRun({ interface: 'cities', object: 'City__c', operation: 'upsert', definition: {} });
    await ledger.runEnded(run, { status: 'completed' });
  }
  const runs = await sluice(['runs'], { environment: { SLUICE_DATA: data } });
  assert.match(runs.out, /^run +interface +status .*\n1 +cities +completed /);
  const [line] = (await sluice(['runs', '--json', '--data', data])).out.split('\n');
  assert.equal(JSON.parse(line!).interface, 'cities');
  assert.equal((await sluice(['rejects', '--data', data])).out, 'Run 1 of cities: 0 rejected, 0 unknown.\n');
  assert.equal((await sluice(['rejects', '--json', '--data', data])).out, '');
});

test('a run that does not exist, or is no number, ends with 2 and says where to look', async () => {
  for (const run of ['9', 'x', '-1', '1e3']) {
    const { code, err } = await sluice(['rejects', '--data', join(folder, 'ledger'), '--', run]);
    assert.equal(code, 2);
    assert.match(err, /"sluice runs"/);
  }
});

test('an interface file that is not there is one sentence and a next step', async () => {
  const { code, err } = await sluice(['run', join(folder, 'gone.yaml'), '--data', join(folder, 'gone')]);
  assert.equal(code, 1);
  assert.match(err, /gone\.yaml cannot be read: .*\n.*\n\(FILE_UNREADABLE\)\n$/);
});

test('a reader that goes away early is no error', async () => {
  const child = spawn(process.execPath, [program, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  assert.deepEqual([code, err], [0, '']);
});

test('started as a program it gives its exit code to the shell', () => {
  const { status, stderr } = spawnSync(process.execPath, [program, 'runn'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /Did you mean "sluice run"\?/);
});
