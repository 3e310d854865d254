import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { writeConnection } from './stage.ts';
import { openStage, type Stage, upsertBody } from './wrong-turns-stage.ts';

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(() => stage.close());

/** What a person wrote wrongly in the interface file, and what they are told. */
const wrongInterfaces: readonly (readonly [wrong: string, from: string, to: string, says: readonly RegExp[]])[] = [
  [
    'a key',
    'externalId:',
    'externalid:',
    [/accounts\.yaml:6:1: there is no "externalid" .* did you mean "externalId"\?\n/],
  ],
  [
    'a key of the source',
    'file:',
    'fil:',
    [/accounts\.yaml:3:11: there is no "fil" in source; did you mean "file"\?\n/],
  ],
  ['a key that is new', 'mapping:', 'allowReject: 1\nmapping:', [/did you mean "allowRejects"\?\n/]],
  ['an operation', 'upsert', 'upsrt', [/operation must be one of .*did you mean "upsert"/]],
  ['a bracket', 'note }', 'note', [/accounts\.yaml:\d+:\d+: /]],
  ['a number of rejects', 'mapping:', 'allowRejects: many\nmapping:', [/a number of rows or a share such as 1%/]],
];

/** The same for what only the org and the source can tell: a run is begun, and ends before anything is sent. */
const wrongTargets: readonly (readonly [wrong: string, from: string, to: string, says: readonly RegExp[]])[] = [
  ['a target field', 'Description:', 'Descripton:', [/Account has no field Descripton/, /Did you mean Description\?/]],
  [
    'a field nobody may write',
    'Description:',
    'CreatedDate:',
    [/CreatedDate of Account cannot be written by upsert/, /permission set/],
  ],
  ['an object', 'Account', 'Acount', [/no object Acount/, /API name/]],
  ['an external id', 'Ext__c', 'Tag__c', [/Tag__c of Account cannot be used to tell records apart/, /"External ID"/]],
  [
    'a source column',
    'Name: name',
    'Name: nam',
    [/no column "nam" in file "accounts\.csv"/, /Did you mean "name"\? The columns are: id, name, note\./],
  ],
  [
    'a source file',
    'accounts.csv',
    'acounts.csv',
    [/no file "acounts\.csv" in the folder/, /Did you mean "accounts\.csv"\?/],
  ],
];

describe('what is wrong before anything is sent', { concurrency: 3 }, () => {
  for (const [wrong, from, to, says] of wrongInterfaces) {
    test(`${wrong} that is wrong in an interface file is named with its line, and no run is begun`, async (t) => {
      const scene = stage.place(t, { name: 'interface', body: upsertBody.replaceAll(from, to) });
      await scene.run({ code: 2, says: [...says, 'interface.schema.json', '(FILE_INVALID)'] });
    });
  }

  for (const [wrong, from, to, says] of wrongTargets) {
    test(`${wrong} that is wrong is named with what is nearest; mended, the run is green`, async (t) => {
      const name = to.replaceAll(/\W/g, '');
      const scene = stage.place(t, { name, body: upsertBody.replaceAll(from, to) });
      await scene.run({ code: 1, says: [...says, /\bagain\b/], rows: { read: 0, sent: 0 } });
      assert.deepEqual(await stage.idsOf(scene.prefix), []);
      writeFileSync(scene.file, readFileSync(scene.file, 'utf8').replaceAll(to, from));
      await scene.run({ code: 0, rows: { read: 3, sent: 3, succeeded: 3, created: 3 } });
      assert.equal((await stage.idsOf(scene.prefix)).length, 3);
    });
  }

  /** A connection file with something else in it. */
  function placeConnection(t: TestContext, name: string, change: (text: string) => string) {
    const scene = stage.place(t, { name });
    const file = join(scene.folder, 'connection.yaml');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    return scene;
  }

  test('a secret in clear is refused by its place, and not repeated', async (t) => {
    const secret = 'hunter2-hunter2-hunter2';
    const scene = placeConnection(t, 'clear', (text) => text.replace(/env:SLUICE_SECRET_\w+/, secret));
    const says = [
      /connection\.yaml:3:\d+: salesforce\.consumerSecret must be a reference/,
      'env:SLUICE_SECRET_NAME',
      '(FILE_INVALID)',
    ];
    const ended = await scene.start().ended;
    assert.ok(!`${ended.out}${ended.err}`.includes(secret));
    await scene.run({ code: 2, says });
  });

  test('a password in clear is refused, and told of the database it is for', async (t) => {
    const database = 'type: postgres, host: localhost, database: d, user: u, password: hunter2-hunter2';
    const scene = stage.place(t, { name: 'password', database });
    const { code, err, out } = await scene.start().ended;
    assert.equal(code, 2);
    assert.match(err, /database\.password must be a reference to the password/);
    assert.ok(!`${out}${err}`.includes('hunter2'));
  });

  test('login.salesforce.com as My Domain is refused before a secret is sent', async (t) => {
    const scene = stage.place(t, { name: 'login' });
    writeConnection(scene.folder, { ...stage.org, url: 'https://login.salesforce.com' });
    await scene.run({
      code: 1,
      says: ['login.salesforce.com gives no access tokens', 'Enter the My Domain URL', '(MY_DOMAIN_REQUIRED)'],
    });
    writeConnection(scene.folder, stage.org);
    await scene.run({ code: 0, rows: { succeeded: 3 } });
  });

  test('a wrong consumer secret is said to be that, and is not repeated', async (t) => {
    const scene = stage.place(t, { name: 'secret' });
    const wrong = 'a-wrong-secret-of-somebody';
    const ended = await scene.start({ secret: wrong }).ended;
    assert.ok(!`${ended.out}${ended.err}`.includes(wrong));
    await scene.run(
      { code: 1, says: [/invalid_client: /, 'Check the consumer secret', '(TOKEN_REFUSED)'], rows: { sent: 0 } },
      { secret: wrong },
    );
    await scene.run({ code: 0, rows: { succeeded: 3 } });
  });

  test('a wrong consumer key and a secret that is not set are told apart from a wrong secret', async (t) => {
    const scene = stage.place(t, { name: 'key' });
    writeConnection(scene.folder, { ...stage.org, consumerKey: 'nobody' });
    await scene.run({ code: 1, says: [/invalid_client_id: /, 'Check the consumer key', '(TOKEN_REFUSED)'] });
    await scene.run(
      { code: 1, says: ['env:SLUICE_SECRET_CONSUMER is missing or empty', 'give it a value'] },
      { secret: '', environment: {} },
    );
  });

  test('a connection file that is not there is one sentence', async (t) => {
    const scene = stage.place(t, { name: 'absent' });
    writeFileSync(scene.file, `${readFileSync(scene.file, 'utf8').replace('connection.yaml', 'conection.yaml')}`);
    await scene.run({
      code: 1,
      says: [/conection\.yaml cannot be read: it does not exist\.\nCheck the path/, '(FILE_UNREADABLE)'],
    });
  });
});
