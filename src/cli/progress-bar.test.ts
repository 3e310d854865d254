import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Progress } from '../agent/index.ts';
import { openProgressBar, progressLine } from './progress-bar.ts';
import type { Terminal } from './terminal.ts';

function createTerminal(watched: boolean, columns = 80) {
  const written: string[] = [];
  const terminal: Terminal = {
    out: () => {},
    err: (text) => void written.push(text),
    watched,
    columns,
    closed: false,
    environment: {},
    workingFolder: '/',
  };
  return { terminal, written };
}

function progress(phase: Progress['phase'], rows: Partial<Progress['rows']>): Progress {
  return { phase, rows: { read: 0, sent: 0, processed: 0, succeeded: 0, rejected: 0, unknown: 0, ...rows } };
}

test('the bar shows the share that is done, the rejected rows and the speed', () => {
  const line = progressLine('cities', progress('sending', { read: 135_233, succeeded: 67_613, rejected: 3 }), 4);
  assert.equal(line, 'cities  [############············]  67,616 of 135,233 rows, 3 rejected, 16,904 rows/s');
});

test('before the source was read to its end no share is made up', () => {
  assert.equal(
    progressLine('cities', progress('reading', { read: 5_000, processed: 200 }), 0.5),
    'cities  [························]  5,000 rows read, 200 done',
  );
  assert.match(progressLine('empty', progress('finished', {}), 0), /0 of 0 rows$/);
});

test('it is drawn ten times a second at most, cut to the window, and cleared at the end', () => {
  const { terminal, written } = createTerminal(true, 30);
  let now = 0;
  {
    using bar = openProgressBar(terminal, () => now);
    for (; now < 1_000; now += 10) bar.show('cities', progress('reading', { read: now }));
  }
  assert.equal(written.length, 11);
  for (const text of written) assert.ok(text.replace('\r\u001b[K', '').length < 30);
  assert.equal(written.at(-1), '\r\u001b[K');
});

test('where nobody is watching nothing is written', () => {
  const { terminal, written } = createTerminal(false);
  {
    using bar = openProgressBar(terminal);
    bar.show('cities', progress('reading', { read: 1 }));
  }
  assert.deepEqual(written, []);
});
