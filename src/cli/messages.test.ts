import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../base/index.ts';
import {
  addRun,
  openBesideInTest,
  refusedRow,
  reportRows,
  sentRow,
  unknownRow,
} from '../hub/store/messages-in-test.ts';
import { openListeningHub } from './listening-hub-in-test.ts';

async function hubWithMessages() {
  const hub = await openListeningHub();
  const clock = { now: systemClock.now, forward: () => undefined };
  const store = await openBesideInTest(hub.hubFolder, clock);
  await reportRows(store, await addRun(store), [
    { ...sentRow, key: '1' },
    refusedRow('2'),
    refusedRow('3'),
    unknownRow('4'),
  ]);
  const close = async () => {
    await store[Symbol.asyncDispose]();
    await hub[Symbol.asyncDispose]();
  };
  return { ...hub, [Symbol.asyncDispose]: close };
}

test('messages are listed by filters, as a table and as JSON, and one is shown with its history', async () => {
  await using hub = await hubWithMessages();
  const table = await hub.sluice('messages', '--status', 'Failed', '--interface', 'cities');
  assert.match(table.out, /^message +arrived +interface/);
  assert.match(table.out, /^3 .* cities +3 +Failed +rejected by Salesforce +1 +REQUIRED_FIELD_MISSING: /m);
  const json = await hub.sluice('messages', '--limit', '3', '--json');
  assert.deepEqual(
    json.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).key),
    ['4', '3', '2'],
  );
  assert.match((await hub.sluice('messages', '--limit', '1')).err, /There may be more/);
  assert.equal((await hub.sluice('messages', '--key', 'none')).out, 'No message is found.\n');
  const { out } = await hub.sluice('messages', 'show', '2');
  assert.match(out, /^Message 2 of cities \(version 1\), key 2\n/);
  assert.match(out, /Failed +Salesforce +REQUIRED_FIELD_MISSING/);
  assert.match(out, /Geoname_Id__c +2/);
});

test('messages are reprocessed by number and by filter, after a look at how many', async () => {
  await using hub = await hubWithMessages();
  const look = await hub.sluice('messages', 'reprocess', '--status', 'Failed', '--dry-run');
  assert.equal(look.out, '2 messages are found; 2 of them would be reprocessed. Nothing was changed.\n');
  const some = await hub.sluice('messages', 'reprocess', '2', '1');
  assert.equal(some.out, '1 message reprocessed.\n1 left out: It is Completed, which is an end.\n');
  const all = await hub.sluice('messages', 'cancel', '--interface', 'cities', '--json');
  const { done, leftOut } = JSON.parse(all.out);
  assert.deepEqual([done, leftOut.length], [2, 2]);
});

test('a message is edited by its fields, and one of unknown outcome resolved', async () => {
  await using hub = await hubWithMessages();
  assert.equal(
    (await hub.sluice('messages', 'edit', '2', 'Name=Rome=1')).out,
    'Message 5 goes in the place of message 2; it is Pending.\n',
  );
  const copy = JSON.parse((await hub.sluice('messages', 'show', '5', '--json')).out);
  assert.deepEqual(copy.payload, { Geoname_Id__c: '2', Name: 'Rome=1' });
  assert.equal(
    (await hub.sluice('messages', 'resolve', '4', '--not-there')).out,
    'Message 4 is Failed; it may be reprocessed.\n',
  );
  const again = await hub.sluice('messages', 'resolve', '4', '--not-there');
  assert.equal(again.code, 1);
  assert.match(again.err, /What became of it is known/);
});

test('the export is written to standard output as it comes', async () => {
  await using hub = await hubWithMessages();
  const { out } = await hub.sluice('messages', 'export', '--status', 'Failed', '--payload');
  assert.equal(out.trim().split('\n').length, 3);
  assert.match(out, /"\{""Geoname_Id__c"":""3"",""Name"":""""\}"/);
  const refused = await hub.sluice('messages', 'export', '--interface', 'x');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /There is no interface x/);
});

test('a command line that does not say what it means is told so', async () => {
  await using hub = await openListeningHub();
  const cases: [string[], RegExp][] = [
    [['messages', 'reprocess'], /Nothing says which messages are meant/],
    [['messages', 'cancel', '1', '--status', 'Failed'], /go without filters/],
    [['messages', 'show', 'x'], /"x" is no number of a message/],
    [['messages', 'edit', '1', 'Name'], /not of the form FIELD=VALUE/],
    [['messages', 'resolve', '1'], /Give one of --salesforce-id and --not-there/],
    [['messages', '--since', 'yesterday'], /must be a time such as/],
  ];
  for (const [words, message] of cases) {
    const { code, err } = await hub.sluice(...words);
    assert.equal(code, 2, words.join(' '));
    assert.match(err, message);
  }
});
