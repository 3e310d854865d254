import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqliteFile } from '../../store/index.ts';
import { attentionReader } from './attention.ts';
import { callsTable } from './calls.ts';
import { openCallsThread } from './calls-thread.ts';
import { createWriting } from './hub-store.ts';
import { rowsReported } from './message-rows.ts';
import { runConfirmed } from './message-runs.ts';
import { messagesTable } from './messages.ts';
import {
  addRun,
  addWaiting,
  endRun,
  openStoreInTest,
  refusedRow,
  type StoreInTest,
  sentRow,
} from './messages-in-test.ts';
import { retentionTable } from './retention.ts';
import { defaultRules } from './retention-rules.ts';
import { unfold } from './unfold-calls.ts';
import { waitingMessagesTable } from './waiting-messages.ts';

/** A store that keeps what is said to it. */
function listening(file: SqliteFile, said: Set<string>): SqliteFile {
  const heard = <Rest extends unknown[], Result>(act: (sql: string, ...rest: Rest) => Result) => {
    return (sql: string, ...rest: Rest): Result => {
      said.add(sql);
      return act(sql, ...rest);
    };
  };
  const { all, get, iterate, run, prepare } = file;
  return {
    ...file,
    all: heard(all),
    get: heard(get),
    iterate: heard(iterate),
    run: heard(run),
    prepare: heard(prepare),
  };
}

const record = (interfaceId: number, key: string) => {
  return { interfaceId, version: 1, key, refused: null, payload: `{"id":"${key}"}`, parent: null };
};

/** A bit of everything that is done with messages. */
async function useMessages(hub: StoreInTest, file: SqliteFile): Promise<void> {
  const { clock, interfaceId } = hub;
  const listened = { ...hub, file };
  const writing = createWriting(file, clock);
  await using thread = openCallsThread({ folder: '/', store: file, clock });
  const calls = callsTable(writing, thread);
  const waiting = waitingMessagesTable(writing);
  const messages = messagesTable(writing);
  const retention = retentionTable(writing);

  const run = await addRun(listened);
  const report = { chunk: 0, first: 0, sentAt: 1, settledAt: 2, now: clock.now() };
  const rows = [
    { ...sentRow, key: 'a' },
    refusedRow('b'),
    refusedRow('c', 'UNABLE_TO_LOCK_ROW'),
    { ...sentRow, key: 'b' },
  ];
  for (const _ of ['once', 'again']) await file.write(() => rowsReported(file, run, { ...report, rows }));
  await endRun(listened, run, {});

  const caller = { identity: 'client', name: 'client' };
  const call = {
    caller,
    interfaceId,
    interfaces: [interfaceId],
    mode: 'Asynchronous',
    modeReason: '',
    records: 2,
  } as const;
  const once = { key: 'k', fingerprint: 'f', keptUntil: clock.now() + 1 };
  const answerOf = () => ({ status: 202, contentType: 'text/plain', body: '' });
  await calls.accept(call, [record(interfaceId, 'd'), record(interfaceId, 'e')], { once, answerOf });
  calls.anyAccepted();
  await file.write(() => unfold(file, clock.now(), 1_000));
  calls.messagesOf(1, 0, 10);
  const ready = { id: interfaceId, version: 1, agentRow: 1, keyOf: () => ({ key: 'x' }) };
  waiting.count();
  waiting.oldestArrival();
  waiting.mustWait(interfaceId, ['d']);
  const formed = await waiting.formRun(ready, { usual: 10, bulk: 10, looked: 10 });
  assert.equal(formed?.messages, 2);
  const taken = { ...run, id: formed?.id ?? 0, form: 'source' as const };
  waiting.payloads(taken.id, 0, 10);
  waiting.versionOf(taken.id);
  await file.write(() => runConfirmed(file, taken));
  await file.write(() => rowsReported(file, taken, { ...report, rows: [{ ...sentRow, key: 'd' }] }));
  await endRun(listened, taken, {});
  const lost = await addRun(listened, 'source');
  await addWaiting(listened, lost, ['f']);
  const error = { code: 'AGENT_AWAY', message: '', next: '' };
  await endRun(listened, lost, { status: 'failed', error, nothingProcessed: true });

  for (const status of ['Failed', 'Completed'] as const) messages.search({ filter: { status }, limit: 10 });
  for (const filter of [{ key: 'a' }, { keyPrefix: 'a' }, { salesforceId: sentRow.salesforceId ?? '' }, { text: 'a' }])
    messages.search({ filter, limit: 10 });
  messages.counts();
  messages.counts([interfaceId]);
  messages.openCounts();
  messages.preview('cancel', { key: 'a' });
  await messages.act('ann', 'reprocess', [2, 3]);
  await messages.addTask('ann', 'cancel', { key: 'b' });
  await messages.carryTask();
  const attention = attentionReader(file);
  attention.failedMessages();
  attention.unknownMessages();
  retention.preview({ ...defaultRules, mostMessages: 1 });
  await retention.change('ann', { ...defaultRules, mostMessages: 1 }, retention.rules().version);
  clock.forward(400 * 24 * 3_600_000);
  await retention.forget(() => Promise.resolve(true));
}

/** Those that hold all messages, or all of an interface or a run: entered by mistake, they are gone through from end to end. */
const broad =
  /\b(?:message|child) USING (?:COVERING )?INDEX (message_(?:key|run|of_run|salesforce_id|status|interface|settled))\b/;

/** Counted where there may be too many of them, and then all of them. */
const counted = 'SELECT count(*) AS n FROM message';

test('no statement goes through all messages, and an index of all of them is used only where it is named', async () => {
  await using hub = await openStoreInTest();
  const said = new Set<string>();
  await useMessages(hub, listening(hub.file, said));
  const about = [...said].filter((sql) => /\b(FROM|UPDATE|JOIN) message\b/.test(sql) && sql !== counted);
  assert.ok(about.length > 50, `only ${about.length} statements were heard`);
  const wrong = about.flatMap((sql) => {
    const plan = hub.file.all(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => String(detail));
    return plan.filter((line) => isScan(line, plan) || !isNamed(line, sql)).map((line) => `${line}: ${sql}`);
  });
  assert.deepEqual(wrong, []);
});

/** What another query has found already may be gone through. */
function isScan(line: string, plan: readonly string[]): boolean {
  return /SCAN (message|child)\b/.test(line) && !plan.includes('CO-ROUTINE message');
}

function isNamed(line: string, sql: string): boolean {
  const [, index] = broad.exec(line) ?? [];
  return index === undefined || sql.includes(`INDEXED BY ${index}`);
}

test('whether a call broke off is seen without a look at those that wait to become messages', async () => {
  await using hub = await openStoreInTest();
  const said = new Set<string>();
  const file = listening(hub.file, said);
  await using thread = openCallsThread({ folder: '/', store: file, clock: hub.clock });
  const calls = callsTable(createWriting(file, hub.clock), thread);
  const caller = { identity: 'client', name: 'client' };
  const made = { caller, interfaceId: hub.interfaceId, interfaces: [], mode: 'Bulk', modeReason: 'as asked' } as const;
  await calls.begin({ ...made, records: 0 });
  hub.clock.forward(1_000);
  said.clear();
  assert.equal(await calls.dropStale(hub.clock.now()), 1);
  const plans = [...said]
    .filter((sql) => sql.includes('moved_at'))
    .map((sql) => hub.file.all(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => String(detail)));
  const byIndex = ['SEARCH call USING INDEX call_unready (first_message=?)'];
  assert.deepEqual(plans, [byIndex, byIndex]);
});
