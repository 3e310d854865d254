/** An agent frozen before it could begin, whose work was given to another meanwhile: when it wakes it writes nothing. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOfRun, openHubStage, until } from './hub-stage.ts';

const rows = 250;

test('an agent frozen before it took a run wakes beyond the lease: another has carried the run, and every row is there once', async () => {
  await using stage = await openHubStage('frozen', { leaseSeconds: 5 });
  const lines = Array.from({ length: rows }, (_, row) => `frozen-${row},Name ${row}`);
  writeFileSync(join(stage.folder, 'files', 'rows.csv'), `id,name\n${lines.join('\n')}\n`);
  await stage.addIntegration('Shop');
  const connection = await stage.connect('moving', 'dialled');
  await stage.addInterface({
    ...{ name: 'rows', integration: 'Shop', connection: 'moving', source: { file: 'rows.csv' } },
    ...{ object: 'Account', operation: 'insert', mode: 'bulk', key: 'Tag__c' },
    mapping: { Tag__c: 'id', Name: 'name', Batch__c: { constant: 'frozen' } },
  });
  await until(
    'the agent has its deployment',
    () => stage.read('SELECT 1 FROM deployment WHERE has = number').length > 0,
  );
  stage.dialled.signal('SIGSTOP');
  const { json } = await stage.call('POST', '/runs', { interfaces: ['rows'] });
  const [{ id }] = json.runs;
  await until('it is given', async () => (await stage.call('GET', `/runs/${id}`)).json.state === 'given');
  await stage.move(connection, 'own');
  const ended = await endOfRun(stage.call, id, 90_000);
  assert.deepEqual([ended.status, ended.rows.succeeded], ['completed', rows], JSON.stringify(ended));
  const [kept] = stage.read(`SELECT lease, agent_row FROM run WHERE id = ${id}`);
  assert.ok(Number(kept?.lease) > 1, 'it was given a second time');
  stage.dialled.signal('SIGCONT');
  const woke = Date.now();
  await until('the frozen agent is heard of again', async () => {
    const { rows: agents } = (await stage.call('GET', '/agents')).json;
    return agents.some(
      ({ kind, lastSeenAt }: { kind: string; lastSeenAt: number }) => kind === 'dialled' && lastSeenAt > woke,
    );
  });
  await sleep(3_000);
  const saved = stage.history('frozen').map(({ tag }) => tag);
  assert.deepEqual([saved.length, new Set(saved).size], [rows, rows]);
  assert.equal(stage.read('SELECT 1 FROM run').length, 1, 'and it reports nothing');
});
