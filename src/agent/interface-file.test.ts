import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SluiceError } from '../base/index.ts';
import { loadInterface } from './interface-file.ts';

const goodConnection = `name: demo
database: { type: sqlite, file: data/crm.sqlite }
salesforce: { myDomainUrl: 'https://acme.my.salesforce.com', consumerKey: key, consumerSecret: env:SLUICE_SECRET_X }
`;
const goodInterface = `name: cities
connection: ./c.yaml
source: { table: cities }
object: City__c
operation: upsert
externalId: Code__c
mapping:
  Code__c: code
  Name: name
`;

function load(t: TestContext, { interfaceText = goodInterface, connectionText = goodConnection, environment = {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-files-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'i.yaml'), interfaceText);
  writeFileSync(join(folder, 'c.yaml'), connectionText);
  return { folder, loaded: loadInterface(join(folder, 'i.yaml'), environment) };
}

test('an interface comes with its connection, whose paths are those beside its file', (t) => {
  const { folder, loaded } = load(t, {});
  assert.equal(loaded.interface.externalId, 'Code__c');
  assert.deepEqual(loaded.connection.database, { type: 'sqlite', file: join(folder, 'data/crm.sqlite') });
  assert.equal(loaded.connectionFile, join(folder, 'c.yaml'));
});

test('what differs between machines is filled in from the environment, and only from names that begin with SLUICE_', (t) => {
  const connectionText = goodConnection.replace('acme.my', '${env:SLUICE_DOMAIN}.my');
  const { loaded } = load(t, { connectionText, environment: { SLUICE_DOMAIN: 'box' } });
  assert.equal(loaded.connection.salesforce.myDomainUrl, 'https://box.my.salesforce.com');
  assert.throws(() => load(t, { connectionText: goodConnection.replace('acme', '${env:HOME}') }), {
    code: 'VARIABLE_NOT_ALLOWED',
  });
});

const faults: readonly [what: string, from: string, to: string, message: RegExp][] = [
  [
    'an unknown name, with the one that is meant',
    'externalId:',
    'extrenalId:',
    /i\.yaml:6:1: .*did you mean "externalId"/,
  ],
  [
    'an operation that does not exist',
    'upsert',
    'upsret',
    /i\.yaml:5:12: operation must be one of .*did you mean "upsert"/,
  ],
  ['an upsert without its external id', 'externalId: Code__c\n', '', /upsert, which needs externalId/],
  ['an external id where none is used', 'operation: upsert', 'operation: insert', /externalId is for upsert only/],
  [
    'a time zone that does not exist',
    'object: City__c',
    'object: City__c\ntimeZone: Mars/Olympus',
    /no IANA time zone/,
  ],
  ['a mapping that does not fill the external id', '  Code__c: code\n', '', /i\.yaml.*Code__c/],
  ['two sources', '{ table: cities }', '{ table: cities, file: x.csv }', /i\.yaml/],
  ['a share of rejects that is none', 'object: City__c', 'object: City__c\nallowRejects: many', /allowRejects/],
];

for (const [what, from, to, message] of faults) {
  test(`an interface file is refused for ${what}, with the place in the file`, (t) => {
    assert.ok(goodInterface.includes(from));
    assert.throws(
      () => load(t, { interfaceText: goodInterface.replace(from, to) }),
      (error) => error instanceof SluiceError && error.code === 'FILE_INVALID' && message.test(error.message),
    );
  });
}

test('a secret written into a connection file is refused, and not repeated', (t) => {
  const connectionText = goodConnection.replace('env:SLUICE_SECRET_X', 'hunter2');
  assert.throws(
    () => load(t, { connectionText }),
    (error) =>
      error instanceof SluiceError &&
      error.code === 'FILE_INVALID' &&
      !error.message.includes('hunter2') &&
      /reference/.test(error.message),
  );
});

test('a database without TLS is refused on another machine and taken on this one', (t) => {
  const postgres = (host: string, more = '') =>
    goodConnection.replace(
      '{ type: sqlite, file: data/crm.sqlite }',
      `{ type: postgres, host: ${host}, database: d, user: u, tls: off${more} }`,
    );
  assert.throws(() => load(t, { connectionText: postgres('db.acme.example') }), /others could read password and rows/);
  load(t, { connectionText: postgres('db.acme.example', ', allowPlain: true') });
  load(t, { connectionText: postgres('127.0.0.1') });
  for (const type of ['mariadb', 'mysql']) {
    const other = (host: string) => postgres(host).replace('type: postgres', `type: ${type}`);
    assert.throws(() => load(t, { connectionText: other('db.acme.example') }), /others could read password and rows/);
    assert.equal(load(t, { connectionText: other('127.0.0.1') }).loaded.connection.database.type, type);
  }
});

test('a file that is not there is named', () => {
  assert.throws(() => loadInterface('/nowhere/i.yaml', {}), { code: 'FILE_UNREADABLE' });
});
