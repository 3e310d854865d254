import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../base/index.ts';
import { openSqliteFile } from '../../store/index.ts';
import { openHubFile } from './hub-file.ts';
import { searchMessages } from './message-search.ts';

const messages = 60_000;
const errors = { tooNew: 'STORE_TOO_NEW', locked: 'STORE_LOCKED', full: 'STORE_FULL' } as const;
const sql = join(import.meta.dirname, 'sql');
const filled = `WITH RECURSIVE row (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < ${messages})
  INSERT INTO message (interface_id, key, status, outcome, salesforce_id, run_id, chunk, place, arrived_at, settled_at)
    SELECT 1, 'K' || ((n * 7919) % 100003), 'Completed', 'succeeded', printf('001%012dAAA', n), 1 + n / 10000, 0, n % 10000, n, n FROM row`;

/** A store as the version before left it. */
async function openOlderFolder(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-migrate-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const migrations = join(folder, 'older');
  mkdirSync(migrations);
  for (const name of readdirSync(sql).filter((name) => name < '000010'))
    copyFileSync(join(sql, name), join(migrations, name));
  await using store = openSqliteFile({ folder, name: 'hub.sqlite', migrations, errors });
  await store.write(() => {
    store.run(`INSERT INTO known_interface VALUES (1, 'cities', 'Places')`);
    store.run(filled);
  });
  return folder;
}

function namesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('hub.sqlite.'));
}

test('a store with many messages that is killed while it is brought to a newer schema is brought there by the next start', async (t) => {
  const folder = await openOlderFolder(t);
  const seed = Number(process.env.SLUICE_SEED ?? Math.floor(Math.random() * 1e6));
  t.diagnostic(`seed ${seed}`);
  const program = `const { openHubFile } = await import(${JSON.stringify(new URL('./hub-file.ts', import.meta.url).href)});
    process.stdout.write('opening');
    openHubFile(${JSON.stringify(folder)});
    process.stdout.write('opened');`;
  for (let round = 0; round < 4; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    await sleep((seed * (round + 1) * 37) % 250);
    child.kill('SIGKILL');
    await ended;
  }
  await using store = openHubFile(folder);
  const [check] = store.all('PRAGMA integrity_check');
  assert.equal(check?.integrity_check, 'ok');
  assert.equal(store.get('SELECT count(*) AS n FROM message')?.n, messages);
  assert.deepEqual(namesIn(folder), ['hub.sqlite.schema-9']);
  const { rows } = searchMessages(store, { filter: { key: 'K7919' }, limit: 10 });
  assert.deepEqual(
    rows.map(({ id }) => id),
    [1],
  );
});

test('the log says that a store is brought to a newer schema before it takes its time, and how long it took', async (t) => {
  const folder = await openOlderFolder(t);
  const lines: string[] = [];
  const keep = (values: object, text: string) => lines.push(`${Object.keys(values).join(' ')}: ${text}`);
  const log = { info: keep, warn: keep } as unknown as Log;
  for (const _ of ['older', 'newer']) await openHubFile(folder, { log })[Symbol.asyncDispose]();
  assert.deepEqual(lines, [
    'file copy version newest megabytes: the store is brought to a newer schema, a large one for minutes; a copy of it as it was is kept',
    'file version seconds: the store has the newer schema',
  ]);
});
