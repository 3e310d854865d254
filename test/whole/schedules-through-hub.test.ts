/** What takes a minute of true time: a schedule that is due while the hub is away. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { insist, openHubStage, until } from './hub-stage.ts';

test('schedules run by themselves while the hub is away, and are reported once when it is back', async () => {
  await using stage = await openHubStage('schedules', { leaseSeconds: 5 });
  writeFileSync(join(stage.folder, 'files', 'due.csv'), 'id,name\ndue-1,One\ndue-2,Two\n');
  await stage.addIntegration('Shop');
  for (const by of ['own', 'dialled'] as const) {
    await stage.connect(by, by);
    await stage.addInterface({
      ...{ name: `due-${by}`, integration: 'Shop', connection: by, source: { file: 'due.csv' } },
      ...{ object: 'Account', operation: 'insert', mode: 'bulk', key: 'Tag__c' },
      mapping: { Tag__c: 'id', Name: 'name', Batch__c: { constant: by } },
      schedule: { every: '1m' },
    });
  }
  await until('both agents keep their schedules', () =>
    (['own', 'dialled'] as const).every((by) => {
      const kept = join(stage.folder, by, 'deployment.json');
      return existsSync(kept) && readFileSync(kept, 'utf8').includes(`due-${by}`);
    }),
  );
  await stage.hub.kill();
  await until(
    'the schedules ran without the hub',
    () => (['own', 'dialled'] as const).every((by) => stage.history(by).length > 0),
    90_000,
  );
  await stage.hub.start();
  for (const by of ['own', 'dialled'] as const) {
    const run = await until('the run is reported', async () => {
      const { json } = await insist(() => stage.call('GET', `/runs?interface=due-${by}&trigger=schedule`));
      return json.rows.find(({ state }: { state: string }) => state === 'ended');
    });
    assert.deepEqual([run.status, run.dueAt % 60_000, run.rows.succeeded], ['completed', 0, 2], JSON.stringify(run));
    const messages = stage.read(`SELECT status FROM message WHERE run_id = ${run.id}`);
    assert.deepEqual(
      messages.map(({ status }) => status),
      ['Completed', 'Completed'],
    );
    const saved = stage.history(by).length;
    assert.ok(saved === 2 || saved === 4, `${saved} rows: two for each minute that was due`);
  }
});
