/** What the mapping editor of the Console computes by itself: lines, two people's changes laid together, and what is offered in a formula. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionOf, valuesOf } from '../console/hub/interfaces/interface-values.ts';
import { linesOf, mappingOf, newLine, readLine, writeLine } from '../console/hub/interfaces/lines.ts';
import {
  type Candidate,
  candidatesFor,
  markAt,
  take,
  wordBefore,
} from '../console/hub/interfaces/mapping/completion.ts';
import { differing, isSame, merged } from '../console/hub/interfaces/merge.ts';
import { interfaceSchema, outboundSchema } from '../src/protocol/index.ts';

const inbound = {
  Name: 'name',
  Fixed: { constant: 'x' },
  Count: { constant: 7 },
  IsOpen: { constant: false },
  Nothing: { constant: null },
  Sum: { formula: 'a + b' },
  Kind: { column: 'kind', map: { A: 'Prospect', B: null, C: 3 }, otherwise: { default: 'Other' } },
  Kept: { column: 'kept', map: { A: 'B' }, otherwise: 'keep' },
  Left: { column: 'left', nulls: 'keep' },
  Filled: { column: 'filled', nulls: { default: 5 } },
  OwnerId: { parent: 'Owner', externalId: 'Code__c', column: 'owner', type: 'User' },
};

test('a mapping into Salesforce is read into lines and written as it was', () => {
  assert.deepEqual(mappingOf(linesOf({ mapping: inbound }), false), { mapping: inbound });
});

test('a mapping out of Salesforce is read into lines and written as it was: plain fields by name, others with their column', () => {
  const outbound = {
    fields: ['Id', 'Owner.Name'],
    mapping: {
      title: 'Name',
      size: { field: 'NumberOfEmployees', precision: 9, scale: 0 },
      code: { formula: 'UPPER(Name)', length: 40 },
      since: { constant: '2026-01-31', type: 'Date' },
    },
  };
  const lines = linesOf(outbound);
  assert.deepEqual(
    lines.map(({ target }) => target),
    ['Id', 'Owner_Name', 'title', 'size', 'code', 'since'],
  );
  assert.deepEqual(mappingOf(lines, true), outbound);
});

test('nothing is written of a mapping without lines, but into Salesforce an empty one', () => {
  assert.deepEqual(mappingOf([], true), {});
  assert.deepEqual(mappingOf([], false), { mapping: {} });
});

test('a value that was a number stays one until it is changed', () => {
  const line = readLine('Kind', { column: 'kind', map: { A: 3, B: true }, nulls: { default: 5 } });
  assert.deepEqual(writeLine(line, false), { column: 'kind', map: { A: 3, B: true }, nulls: { default: 5 } });
  const changed = { ...line, map: [{ from: 'A', to: '4' }], nullDefault: '6' };
  assert.deepEqual(writeLine(changed, false), { column: 'kind', map: { A: '4' }, nulls: { default: '6' } });
});

test('an empty cell of a value map stands for a null', () => {
  const line = newLine('Kind', { column: 'kind', map: [{ from: 'A', to: '' }], otherwise: 'default' });
  assert.deepEqual(writeLine(line, false), { column: 'kind', map: { A: null }, otherwise: { default: null } });
});

test('a line that becomes a constant takes no value map along', () => {
  const line = readLine('Kind', { column: 'kind', map: { A: 'B' } });
  assert.deepEqual(writeLine({ ...line, kind: 'constant', constant: 'X' }, false), { constant: 'X' });
});

test('order of members does not make two definitions differ; order in a list does', () => {
  assert.ok(isSame({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }));
  assert.ok(!isSame({ c: [1, 2] }, { c: [2, 1] }));
  assert.ok(isSame({ a: undefined }, { a: null }));
});

/** Everything that can be said of an interface, at no place as it is when nothing is said. */
const fullInbound = {
  ...{ name: 'all', integration: 'Retail', type: 'inbound', sequence: 3, status: 'deployed', maxRetries: 4 },
  schedule: { cron: '0 6 * * *', timeZone: 'Europe/Berlin', missed: 'skip' },
  ...{ connection: 'acme', source: { query: 'select 1' }, object: 'Account', operation: 'upsert', mode: 'bulk' },
  ...{ externalId: 'Code__c', key: 'Code__c', nulls: 'keep', timeZone: 'Europe/Oslo', allowRejects: '1.5%' },
  ...{ chunk: { maxBytes: 2_000, maxRows: 30 }, check: 'off', columns: { people: 'Number' } },
  ...{ mapping: inbound, tests: [{ name: 'one', row: { name: 'a' }, expect: { Name: 'a' } }] },
};

const fullOutbound = {
  ...{ name: 'all', integration: 'Retail', type: 'outbound', sequence: 3, status: 'deployed', maxRetries: 4 },
  ...{ schedule: { every: '15m' }, connection: 'acme', object: 'Account', operation: 'queryAll', mode: 'bulk' },
  ...{ where: "Name = 'x'", fields: ['Id'], mapping: { title: 'Name' }, fieldTypes: { Name: 'Text' } },
  ...{
    timeZone: 'Europe/Oslo',
    changes: 'incremental',
    lookBackMinutes: 20,
    tests: [{ row: {}, expect: { Id: 'x' } }],
  },
  target: { table: 't', create: true, key: 'Id', deleted: 'mark', deletedColumn: 'gone' },
};

test('all that can be said of an interface can be said in its form', () => {
  for (const [full, { properties }] of [
    [fullInbound, interfaceSchema],
    [fullOutbound, outboundSchema],
  ] as const) {
    const names = Object.keys(properties).filter((name) => name !== '$schema');
    assert.deepEqual(Object.keys(full).toSorted(), names.toSorted());
    assert.deepEqual(definitionOf({ ...valuesOf(full, 1), base: {} }), full, 'nothing is only passed on');
    assert.deepEqual(definitionOf(valuesOf(full, 1)), full);
  }
});

test('a number of rows is written as one, and what is neither number nor share is refused at its field', () => {
  const values = valuesOf({ ...fullInbound, allowRejects: 7 }, 1);
  assert.equal((definitionOf(values) as { allowRejects?: unknown }).allowRejects, 7);
  for (const [name, field, typed] of [
    ['allowRejects', 'allowRejects', 'a few'],
    ['maxRows', 'chunk.maxRows', '-1'],
    ['maxBytes', 'chunk.maxBytes', '1 MB'],
    ['sequence', 'sequence', 'first'],
  ] as const)
    assert.throws(
      () => definitionOf({ ...values, [name]: typed }),
      ({ errors: [error] }: { errors: { field: string }[] }) => error?.field === field,
    );
});

const before = { name: 'x', mode: 'bulk', mapping: { Name: 'name', Phone: 'number' }, tests: [1] };

test('of two people, what I changed stays mine, and all else is theirs', () => {
  const theirs = { ...before, mode: 'auto', mapping: { Name: 'name', Phone: 'kind', Fax: 'fax' } };
  const mine = { ...before, maxRetries: 9, mapping: { Name: { formula: 'UPPER(name)' }, Phone: 'number' } };
  assert.deepEqual(merged({ before, theirs, mine }), {
    ...{ name: 'x', mode: 'auto', tests: [1], maxRetries: 9 },
    mapping: { Name: { formula: 'UPPER(name)' }, Phone: 'kind', Fax: 'fax' },
  });
});

test('a line that I took out stays out, and one that they took out goes', () => {
  const theirs = { ...before, mapping: { Name: 'name' } };
  assert.deepEqual(merged({ before, theirs, mine: before }), theirs);
  const mine = { ...before, mapping: { Phone: 'number' } };
  assert.deepEqual(merged({ before, theirs: before, mine }), mine);
});

test('where both changed the same, mine is kept, and it is told beforehand', () => {
  const three = { before, theirs: { ...before, mode: 'auto' }, mine: { ...before, mode: 'batch' } };
  assert.deepEqual(differing(three), [{ field: 'mode', before: 'bulk', theirs: 'auto', mine: 'batch', both: true }]);
  assert.deepEqual(merged(three), { ...before, mode: 'batch' });
});

test('what differs is told line by line of the mapping, and only what the other changed', () => {
  const theirs = { ...before, mapping: { Name: 'name', Phone: 'kind' }, tests: [1, 2] };
  const mine = { ...before, maxRetries: 9 };
  assert.deepEqual(
    differing({ before, theirs, mine }).map(({ field, both }) => [field, both]),
    [
      ['mapping.Phone', false],
      ['tests', false],
    ],
  );
  assert.deepEqual(differing({ before, theirs: before, mine }), []);
});

const offered: readonly Candidate[] = [
  { name: 'people', kind: 'column', hint: '' },
  { name: 'first name', kind: 'column', hint: '' },
  { name: 'ROUND', kind: 'function', hint: '' },
  { name: 'MROUND', kind: 'function', hint: '' },
];

test('the word before the caret is what is completed; none is inside of quotes, or where no name is begun', () => {
  assert.deepEqual(wordBefore('ROUND(peo', 9), { from: 6, word: 'peo' });
  assert.deepEqual(wordBefore('1 + [first na', 13), { from: 4, word: '[first na' });
  assert.deepEqual(wordBefore('peo + 1', 3), { from: 0, word: 'peo' });
  for (const [formula, caret] of [
    ['"peo', 4],
    ['"a \\" peo', 9],
    ['ROUND(', 6],
    ['', 0],
  ] as const)
    assert.equal(wordBefore(formula, caret), null, formula);
  assert.deepEqual(wordBefore('"a" & peo', 9), { from: 6, word: 'peo' });
});

test('what begins with the word is offered first; in brackets columns alone; nothing that stands there already', () => {
  const names = (word: string) => candidatesFor(word, offered).map(({ name }) => name);
  assert.deepEqual(names('round'), ['ROUND', 'MROUND']);
  assert.deepEqual(names('[n'), ['first name']);
  assert.deepEqual(names('people'), []);
  const many = Array.from({ length: 40 }, (_, at) => ({ name: `a${at}`, kind: 'column', hint: '' }) as const);
  assert.equal(candidatesFor('a', many).length, 6);
});

test('what is taken stands in the place of the word, with the caret behind it: a function with its bracket, a name with spaces in brackets', () => {
  const [people, spaced, round] = offered as [Candidate, Candidate, Candidate];
  assert.deepEqual(take('rou', 3, round), { formula: 'ROUND(', caret: 6 });
  assert.deepEqual(take('ROUND(peo, 0)', 9, people), { formula: 'ROUND(people, 0)', caret: 12 });
  assert.deepEqual(take('fir + 1', 3, spaced), { formula: '[first name] + 1', caret: 12 });
});

test('a mistake is marked where it is, by line and column, a word as a whole', () => {
  assert.deepEqual(markAt('ROUNT(a)', 1, 1), ['', 'ROUNT', '(a)']);
  assert.deepEqual(markAt('a +\n[b c] * 2', 2, 1), ['a +\n', '[b c]', ' * 2']);
  assert.deepEqual(markAt('a & "b', 1, 5), ['a & ', '"b', '']);
  assert.deepEqual(markAt('a + ', 1, 9), ['a + ', ' ', '']);
});
