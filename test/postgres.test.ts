import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, runSql } from './postgres.ts';

const here = import.meta.dirname;

const isListening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).once('error', () => resolve(false));
  });

async function waitUntil(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_500; tries++) {
    if (await condition()) return;
    await sleep(20);
  }
  assert.fail('waited half a minute in vain');
}

test('each test file gets a database of its own, in UTF8 with a password', async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase({ encoding: 'SQL_ASCII' })]);
  await runSql(one, 'create table only_here (id int)');
  assert.deepEqual(await runSql(one, 'show server_encoding'), [{ server_encoding: 'UTF8' }]);
  assert.deepEqual(await runSql(other, 'show server_encoding'), [{ server_encoding: 'SQL_ASCII' }]);
  await assert.rejects(runSql(other, 'select * from only_here'), /does not exist/);
  await assert.rejects(runSql({ ...one, password: 'wrong' }, 'select 1'), /password authentication failed/);
});

test('a server dies with the process that started it, even by kill -9, and leaves no folder', async () => {
  const program = `
    import { startPostgres, runSql } from ${JSON.stringify(join(here, 'postgres.ts'))};
    const postgres = await startPostgres();
    const [{ data_directory: data }] = await runSql(postgres, 'show data_directory');
    console.log(JSON.stringify({ port: postgres.port, data }));
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await child.stdout.take(1).toArray()) as [Buffer];
  const { port, data } = JSON.parse(String(line)) as { port: number; data: string };
  assert.ok(await isListening(port));
  assert.ok(existsSync(data));
  child.kill('SIGKILL');
  await waitUntil(async () => !(await isListening(port)) && !existsSync(join(data, '..')));
});
