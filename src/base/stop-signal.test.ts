import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { openStopSignal, type SignalSource } from './stop-signal.ts';

function createSource() {
  const exits: number[] = [];
  const source = Object.assign(new EventEmitter(), { exit: (code: number) => exits.push(code) });
  return { source: source as SignalSource & EventEmitter, exits };
}

test('the first SIGINT or SIGTERM aborts the work with a reason that says what to do next', () => {
  for (const name of ['SIGINT', 'SIGTERM']) {
    const { source, exits } = createSource();
    using stop = openStopSignal(source);
    assert.equal(stop.signal.aborted, false);
    source.emit(name, name);
    assert.equal(stop.signal.reason.code, 'STOPPED');
    assert.match(stop.signal.reason.message, new RegExp(name));
    assert.deepEqual(exits, []);
  }
});

test('the second one ends the program at once, with the exit code shells expect', () => {
  const { source, exits } = createSource();
  using _stop = openStopSignal(source);
  source.emit('SIGTERM', 'SIGTERM');
  source.emit('SIGINT', 'SIGINT');
  assert.deepEqual(exits, [130]);
});

test('once disposed of it listens no more', () => {
  const { source } = createSource();
  openStopSignal(source)[Symbol.dispose]();
  assert.equal(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM'), 0);
});
