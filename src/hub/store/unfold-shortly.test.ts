import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createClockInTest } from '../../base/clock-in-test.ts';
import { openHubStore } from './hub-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-unfold-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function openStage(name: string, calls: number) {
  const commits: number[] = [];
  const onCommitted = (works: number) => void commits.push(works);
  const store = openHubStore(join(folder, name), { clock: createClockInTest(), onCommitted });
  const caller = { identity: 'client 1', name: 'Till' };
  const made = { mode: 'Asynchronous', modeReason: 'as asked', records: 1, interfaceId: 1, interfaces: [1] } as const;
  const accepting = { once: undefined, answerOf: () => ({ status: 202, contentType: 'text/plain', body: '' }) };
  const message = { interfaceId: 1, version: 1, refused: null, payload: '{}', parent: null };
  const accept = (key: string) => store.calls.accept({ caller, ...made }, [{ ...message, key }], accepting);
  await Promise.all(Array.from({ length: calls }, (_, at) => accept(`K${at}`)));
  commits.length = 0;
  const ids = () => store.messages.search({ filter: {}, limit: 10_000 }).rows.map(({ id }) => id);
  return { store, commits, accept, ids, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

test('what a few calls brought is among the messages that are looked at', async () => {
  await using stage = await openStage('few', 5);
  await stage.store.calls.unfoldShortly();
  assert.deepEqual(stage.ids(), [5, 4, 3, 2, 1]);
  await stage.accept('one more');
  await stage.store.calls.unfoldShortly();
  assert.equal(stage.ids()[0], 6);
});

test('of very many calls a few are waited for, and those are the oldest without a gap', async () => {
  await using stage = await openStage('many', 5_500);
  const { store, commits, ids } = stage;
  await store.calls.unfoldShortly();
  const seen = ids();
  assert.ok(seen.length > 0 && seen.length < 5_500, String(seen.length));
  assert.deepEqual(
    seen,
    Array.from({ length: seen.length }, (_, at) => seen.length - at),
  );
  assert.ok(commits.length <= 5, String(commits.length));
  while (store.calls.anyAccepted()) await store.calls.unfold();
  assert.equal(ids().length, 5_500);
});

test('many who look at once wait for the same transactions', async () => {
  await using stage = await openStage('together', 5_500);
  await Promise.all(Array.from({ length: 50 }, () => stage.store.calls.unfoldShortly()));
  const works = stage.commits.reduce((sum, one) => sum + one, 0);
  assert.ok(works <= 6, String(works));
});
