import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYamlFile, type SluiceError } from '../base/index.ts';
import { checkAnyInterface, isOutbound, saidByDefault, schemaOf } from './any-definition.ts';

const accounts = `
name: accounts
type: outbound
connection: acme
object: Account
fields: [Id, Name]
target: { table: accounts }
`;

function check(text: string) {
  const { schema, schemaName } = schemaOf({ type: 'outbound' });
  const { value, refuse } = parseYamlFile(text, { file: 'accounts.yaml', schema, schemaName });
  checkAnyInterface(value, refuse);
  return value;
}

const changed = (more: string) => accounts.replace('target: { table: accounts }', more);

test('an interface without a type goes into Salesforce, and what is meant where nothing is said can be written out', () => {
  assert.equal(isOutbound({}), false);
  assert.equal(isOutbound(check(accounts)), true);
  assert.deepEqual(saidByDefault(check(accounts)), { type: 'outbound', status: 'undeployed', operation: 'queryAll' });
  const ignoring = check(changed('target: { table: accounts, deleted: ignore }'));
  assert.equal(saidByDefault(ignoring).operation, 'query');
});

test('each wrong turn is told at its place', () => {
  const cases: [string, RegExp][] = [
    ['target: {}', /target lacks "table"/],
    ['target: { table: a, file: b }', /there is no "file" in target/],
    ['target: { tabl: a }', /there is no "tabl" in target; did you mean "table"/],
    [
      'target: { table: a, key: Namee }',
      /target\.key "Namee" is none of the columns that are filled; did you mean Name/,
    ],
    ['target: { table: a, key: No }\nchanges: incremental', /target\.key "No", by which what changed finds its row/],
    ['target: { table: a, key: k }\nmapping: { k: { constant: 1 } }', /target\.key "k" is the same in every row/],
    ['target: { table: a, deleted: mark }\noperation: query', /operation is query, which does not follow deletions/],
    ['target: { table: a, deleted: ignore }\noperation: queryAll', /operation is queryAll, which follows deletions/],
    ['target: { table: a, deleted: remove, deletedColumn: gone }', /deletedColumn is for deleted: mark only/],
    ['target: { table: a }\noperation: upsert', /operation must be one of query, queryAll/],
    [
      'target: { table: a }\nmapping: { Name: Industry }',
      /mapping\.Name is not usable: it is filled by fields already/,
    ],
    ['target: { table: a }\nmapping: { x: { formula: "UPER(Name)" } }', /:\d+:\d+: mapping\.x is not usable: line 1/],
    ['target: { table: a }\nmapping: { x: { colum: Name } }', /there is no "colum"/],
    ['target: { table: a }\nschedule: {}', /schedule must have either cron or every/],
    ['target: { table: a }\ntimeZone: Mars/Base', /no IANA time zone/],
    ['target: { table: a }\ntests: [{ row: {}, expect: { Namee: x } }]', /Namee is not mapped; did you mean Name/],
  ];
  for (const [more, words] of cases)
    assert.throws(
      () => check(changed(more)),
      (error: SluiceError) => {
        assert.equal(error.code, 'FILE_INVALID', more);
        assert.match(error.message, words);
        return true;
      },
    );
  assert.throws(() => check(accounts.replace('[Id, Name]', '[Id, Name, Id]')), /fields\[2\] is named twice/);
});

test('the key may be Id that comes along, a computed column', () => {
  for (const more of [
    'target: { table: a, key: code }\nmapping: { code: { formula: "LOWER(Name)" } }',
    'target: { table: a, key: Id }',
  ])
    check(changed(more));
});
