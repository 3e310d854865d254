import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { type DemoTable, demoTables } from '../../examples/demo/data.ts';
import { differences, type Found } from '../../examples/demo/judgement.ts';

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
    rejects: [{ key: 'k', code: 'STRING_TOO_LONG', message: 'm' }],
    recordsInOrg: 9,
  };
  assert.deepEqual(differences(expected, found, { again: false }), []);
  assert.deepEqual(differences(expected, found, { again: true }), [
    'x: records created 9, planted 0',
    'x: records updated 0, planted 9',
  ]);
  assert.deepEqual(differences(expected, { ...found, rejects: [], recordsInOrg: 8 }, { again: false }), [
    'x: records in the org 8, planted 9',
    'x: rejects in the ledger 0, planted 1',
    'x: rejects with STRING_TOO_LONG 0, planted 1',
  ]);
});

test('the demo accounts for every row exactly as planted, and running it again creates nothing', async () => {
  const child = spawn(process.execPath, [demo, '--twice'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code], out, err] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  assert.equal(code, 0, `${out}\n${err}`);
  assert.match(out, /^cities +135,233 +135,233 +135,233 +135,233 +0 +0 +0 /m);
  assert.match(out, /^cities +135,233 +135,233 +135,233 +0 +135,233 +0 +0 /m);
  assert.match(out, /^contacts +12,000 +12,000 +11,880 +11,880 +0 +120 +0 /m);
  assert.match(out, /^Every row is accounted for, exactly as planted, in \d/m);
});
