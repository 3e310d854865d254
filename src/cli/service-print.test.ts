import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemdUnit } from './systemd-unit.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'sluice.js');

const print = (...words: string[]) =>
  spawnSync(process.execPath, [launcher, 'service', 'print', ...words], { encoding: 'utf8', env: {} });

/** What stands under each heading of a unit, by name; names may stand more than once. */
function parseUnit(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let section = '';
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, heading] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (heading !== undefined) section = heading;
    else {
      const [, name, value = ''] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? assert.fail(`no line of a unit: ${line}`);
      found.set(`${section}.${name}`, [...(found.get(`${section}.${name}`) ?? []), value]);
    }
  }
  return found;
}

test('each kind of service has its unit, with the node and program in use, a folder of its own, and few rights', () => {
  for (const [kind, words] of [
    ['up', 'up --data .'],
    ['hub', 'hub start --data hub'],
    ['agent', 'agent start --data agent'],
  ] as const) {
    const { status, stdout, stderr } = print(kind);
    assert.deepEqual([status, stderr], [0, '']);
    const unit = parseUnit(stdout);
    assert.deepEqual(unit.get('Service.ExecStart'), [`${process.execPath} ${launcher} ${words}`]);
    for (const [name, value] of Object.entries({
      DynamicUser: 'yes',
      StateDirectory: 'sluice',
      NoNewPrivileges: 'yes',
      ProtectSystem: 'strict',
      Restart: 'on-failure',
      KillSignal: 'SIGTERM',
      TimeoutStopSec: '30',
    }))
      assert.deepEqual(unit.get(`Service.${name}`), [value], name);
    assert.deepEqual(unit.get('Install.WantedBy'), ['multi-user.target']);
    assert.equal(unit.has('Service.MemoryDenyWriteExecute'), false);
  }
});

test('a user that is there takes the place of a made one, and paths are written as systemd reads them', () => {
  const unit = parseUnit(
    systemdUnit({ kind: 'hub', name: 'acme', user: 'mover', node: '/opt/my node/node', program: '/opt/100%/$x"y.js' }),
  );
  assert.deepEqual([unit.get('Service.User'), unit.get('Service.DynamicUser')], [['mover'], undefined]);
  assert.deepEqual(unit.get('Service.ExecStart'), ['"/opt/my node/node" "/opt/100%%/$$x\\"y.js" hub start --data hub']);
  assert.deepEqual(unit.get('Service.ProtectHome'), ['yes']);
  const atHome = systemdUnit({ kind: 'up', name: 'acme', user: undefined, node: '/home/x/node', program: '/opt/s.js' });
  assert.match(atHome, /^ProtectHome=read-only$/m);
  assert.match(atHome, /^# Mind: node or the program lies in a home folder/m);
});

test('what is no kind of service, and a name that could break out of its line, are refused', () => {
  for (const words of [['everything'], ['up', '--name', 'a b'], ['up', '--user', 'x\nExecStartPre=/bin/sh'], []]) {
    const { status, stderr, stdout } = print(...words);
    assert.deepEqual([status, stdout, /USAGE/.test(stderr)], [2, '', true], stderr);
  }
});

test('systemd itself finds nothing wrong with the units', (t: TestContext) => {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
    assert.equal(process.env.CI, undefined, 'systemd-analyze is needed in CI');
    return t.skip('systemd-analyze is not installed here, so systemd itself has not looked at the units');
  }
  const folder = mkdtempSync(join(tmpdir(), 'sluice-unit-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const kind of ['up', 'hub', 'agent'] as const) {
    const file = join(folder, `sluice-${kind}.service`);
    // The lines that are offered as comments are held, too.
    writeFileSync(
      file,
      systemdUnit({ kind, name: `sluice-${kind}`, user: undefined }).replaceAll(/^#(?=[A-Z]\w+=)/gm, ''),
    );
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    const own = stderr.split('\n').filter((line) => line.includes(`sluice-${kind}`));
    assert.deepEqual([status, own], [0, []], stderr);
  }
});
