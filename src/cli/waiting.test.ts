import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog, SluiceError, withRetry } from '../base/index.ts';
import type { Terminal } from './terminal.ts';
import { tellWaiting } from './waiting.ts';

test('an outage is told from the third try on, in one line every twenty seconds', async () => {
  let nowMs = 0;
  const said: string[] = [];
  const terminal: Terminal = {
    out: () => {},
    err: (text) => void said.push(`${Math.round(nowMs / 1_000)} s: ${text}`),
    watched: false,
    columns: 80,
    closed: false,
    environment: {},
    workingFolder: '/',
  };
  const sleep = async (milliseconds: number) => {
    nowMs += milliseconds;
  };
  const clock = { now: () => nowMs, sleep };
  const log = tellWaiting(createLog({ level: 'silent' }), terminal, clock.now);
  let tries = 0;
  const act = async () => {
    tries++;
    if (nowMs < 50_000) throw new SluiceError('SALESFORCE_UNREACHABLE', { host: 'acme', reason: 'gone' });
  };
  await withRetry(act, { repeatable: true, clock, random: () => 0.5, log });
  assert.ok(tries > 5);
  assert.match(said[0] ?? '', /^1 s: Waiting, .*: acme cannot be reached: gone\. Ctrl-C stops the run safely\.\n$/);
  assert.ok(said.length === 2 || said.length === 3, said.join(''));
});
