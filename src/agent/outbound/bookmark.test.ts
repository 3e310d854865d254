import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutboundDefinition } from '../../protocol/index.ts';
import { decideExtent, makeBookmark, parseBookmark } from './bookmark.ts';
import type { OutboundPlan } from './plan-outbound.ts';
import { outboundSoql } from './soql.ts';

const plan: OutboundPlan = {
  object: 'Account',
  fields: ['Id', 'Name', 'IsDeleted'],
  into: { table: 'accounts', columns: [{ name: 'Id', kind: 'text', length: 18 }], key: ['Id'] },
  deleted: 'mark',
  deletedColumn: 'IsDeleted',
};
const definition: OutboundDefinition = {
  ...{ name: 'accounts', type: 'outbound', connection: './c.yaml', object: 'Account', changes: 'incremental' },
  target: { table: 'accounts' },
};
const org = { organizationId: '00D000000000001AAA', serverTimeMs: Date.parse('2026-11-26T12:00:00Z') };
const bookmark = makeBookmark(plan, definition, org);
const decide = (more: object = {}) => decideExtent({ definition, plan, bookmark, full: false, org, ...more });

test('a bookmark is a little behind the clock of the org, and the next run begins ten minutes before it', () => {
  assert.equal(bookmark.upTo, '2026-11-26T11:59:58.000Z');
  assert.deepEqual(decide(), { kind: 'incremental', from: '2026-11-26T11:49:58.000Z' });
  assert.deepEqual(decide({ definition: { ...definition, lookBackMinutes: 0 } }), {
    kind: 'incremental',
    from: bookmark.upTo,
  });
});

test('everything is read without a bookmark, when it is asked for, and by interfaces that say so', () => {
  assert.deepEqual(decide({ bookmark: undefined }), { kind: 'full' });
  assert.deepEqual(decide({ full: true }), { kind: 'full' });
  assert.deepEqual(decide({ definition: { ...definition, changes: 'full' } }), { kind: 'full' });
});

test('a bookmark of another org, of another shape or of long ago is not gone on from', () => {
  const away = { ...org, organizationId: '00D000000000002AAA' };
  assert.throws(() => decide({ org: away }), { code: 'BOOKMARK_UNFIT', message: /00D000000000002AAA/ });
  assert.throws(() => decide({ definition: { ...definition, where: 'Name != null' } }), { code: 'BOOKMARK_UNFIT' });
  const later = { ...org, serverTimeMs: org.serverTimeMs + 16 * 86_400_000 };
  assert.throws(() => decide({ org: later }), { code: 'BOOKMARK_TOO_OLD' });
  const kept: OutboundPlan = { ...plan, deleted: 'ignore' };
  const own = makeBookmark(kept, definition, org);
  assert.equal(decide({ plan: kept, bookmark: own, org: later }).kind, 'incremental');
});

test('a field that was read and is not shown any more is named, and given up by a full run alone', () => {
  const fewer = { ...plan, fields: ['Id', 'IsDeleted'] };
  assert.throws(() => decide({ plan: fewer }), { code: 'SOURCE_FIELD_UNREADABLE', message: /no field Name/ });
  assert.deepEqual(decide({ plan: fewer, full: true }), { kind: 'full' });
});

test('a text that is no bookmark is none', () => {
  for (const text of [undefined, '', '{', 'null', '{}', '{"upTo":"x","fields":[]}', '[]'])
    assert.equal(parseBookmark(text), undefined);
  assert.deepEqual(parseBookmark(JSON.stringify(bookmark)), bookmark);
});

test('a condition of the interface stands in brackets beside the time', () => {
  const extent = { kind: 'incremental', from: '2026-11-26T11:49:58.000Z' } as const;
  assert.equal(outboundSoql(plan, { extent: { kind: 'full' } }), 'SELECT Id, Name, IsDeleted FROM Account');
  assert.equal(
    outboundSoql(plan, { where: "A = 1 OR B = 'x'", extent }),
    "SELECT Id, Name, IsDeleted FROM Account WHERE (A = 1 OR B = 'x') AND SystemModstamp >= 2026-11-26T11:49:58.000Z",
  );
});
