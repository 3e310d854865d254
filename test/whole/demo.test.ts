import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { differences, differencesBack, type Found } from '../../examples/demo/judgement.ts';
import { type DemoTable, demoTables } from '../../src/cli/demo/demo-tables.ts';

const demo = join(import.meta.dirname, '..', '..', 'examples', 'demo', 'demo.ts');

function tableOf(name: DemoTable['name']): DemoTable {
  const table = demoTables().find((one) => one.name === name);
  assert.ok(table);
  return table;
}

test('the demo has the 135,233 places and 246 countries of GeoNames, with names in their own letters', () => {
  assert.equal([...tableOf('city').rows()].length, 135_233);
  const countries = new Map([...tableOf('country').rows()].map(([code, , local]) => [code, local]));
  assert.equal(countries.size, 246);
  assert.deepEqual([countries.get('IL'), countries.get('CN'), countries.get('EG')], ['ישראל', '中国', 'مصر']);
});

test('one account and one contact in a hundred are planted to be refused, each fault in turn', () => {
  const [accounts, contacts] = [tableOf('account'), tableOf('contact')];
  assert.deepEqual(Object.values(accounts.planted), [20, 20, 20]);
  assert.deepEqual(Object.values(contacts.planted), [30, 30, 30, 30]);
  assert.equal([...accounts.rows()].length, 6_000);
  assert.equal([...contacts.rows()].length, 12_000);
});

test('the demo says what differs from what was planted, row count by row count and code by code', () => {
  const expected = { rowCount: 10, planted: { STRING_TOO_LONG: 1 } };
  const rows = { read: 10, sent: 10, succeeded: 9, created: 9, updated: 0, rejected: 1, unknown: 0 };
  const found: Found = {
    report: { run: '1', interface: 'x', status: 'completed', seconds: 1, rows },
    messages: { completed: 9, failed: [{ key: 'k', code: 'STRING_TOO_LONG', reason: 'm' }], others: 0 },
    recordsInOrg: 9,
  };
  assert.deepEqual(differences(expected, found, { again: false }), []);
  assert.deepEqual(differences(expected, found, { again: true }), [
    'x: records created 9, planted 0',
    'x: records updated 0, planted 9',
  ]);
  const less = { ...found, messages: { completed: 8, failed: [], others: 2 }, recordsInOrg: 8 };
  assert.deepEqual(differences(expected, less, { again: false }), [
    'x: records in the org 8, planted 9',
    'x: messages Completed 8, planted 9',
    'x: messages Failed 0, planted 1',
    'x: messages of another status 2, planted 0',
    'x: messages with STRING_TOO_LONG 0, planted 1',
  ]);
  const back = { inserted: 9, updated: 1, unchanged: 0, cities: 10 };
  assert.deepEqual(differencesBack(back, { again: false }), [
    'cities-back: rows inserted 9, planted 10',
    'cities-back: rows updated 1, planted 0',
  ]);
  assert.deepEqual(differencesBack({ ...back, inserted: 10, updated: 0 }, { again: false }), []);
});

test('the demo accounts for every row exactly as planted, and running it again creates nothing', async () => {
  const child = spawn(process.execPath, [demo, '--twice'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code], out, err] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  assert.equal(code, 0, `${out}\n${err}`);
  assert.match(out, /^cities +135,233 +135,233 +135,233 +135,233 +0 +0 +0 /m);
  assert.match(out, /^cities +135,233 +135,233 +135,233 +0 +135,233 +0 +0 /m);
  assert.match(out, /^contacts +12,000 +12,000 +11,880 +11,880 +0 +120 +0 /m);
  assert.equal(
    [...out.matchAll(/^cities +135,233 +0 +0$/gm)].length,
    2,
    'each row of both rounds is a message at the hub',
  );
  assert.match(out, /^contacts +11,880 +120 +0$/m);
  assert.match(out, /: 135,233 inserted, 0 updated, 0 as they were\.$/m);
  assert.match(out, /: 0 inserted, 0 updated, 135,233 as they were\.$/m);
  assert.match(out, /a token of the hub, http:\S+\/V4\/integrate: Completed, and in the org\.$/m);
  assert.match(
    out,
    /a token of the org, http:\S+\/services\/apexrest\/sluice\/V4\/integrate: Completed, and in the org\.$/m,
  );
  assert.match(out, /^Every row is accounted for, exactly as planted, in \d/m);
  assert.equal(err, '');
});
