/** The program `sluice`, started as people start it, with what it said, how it ended and what it left in its ledger. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RunReport } from '../../src/agent/index.ts';
import { openLedger, type RowRecord } from '../../src/ledger/index.ts';
import { secretName } from './stage.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'sluice.js');
/** A run that says nothing for so long hangs, and fails its test by its own words. */
const longestRunMs = process.env.SLUICE_LONG === '1' ? 300_000 : 120_000;

export type Finished = Pick<RunReport, 'status' | 'rows'> & { event: string; runs: RunReport[] };

export type Ended = {
  code: number | null;
  out: string;
  err: string;
  /** The last line of `--json`, when there is one. */
  finished: Finished | undefined;
};

export type Running = { child: ChildProcess; ended: Promise<Ended> };

export type Start = {
  args: readonly string[];
  folder: string;
  secret: string;
  environment?: Record<string, string>;
  /** Largest file the program may write, as a full disk would have it. */
  maxFileKiB?: number;
  /** A server that a test keeps for longer says for how long. */
  longestMs?: number | undefined;
};

export function startSluice({ args, folder, secret, environment = {}, maxFileKiB, longestMs }: Start): Running {
  const command = [process.execPath, launcher, ...args];
  const limited = ['bash', '-c', `ulimit -f ${maxFileKiB}; exec "$@"`, 'bash', ...command];
  const [file = '', ...rest] = maxFileKiB === undefined ? command : limited;
  const child = spawn(file, rest, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, [secretName]: secret, ...environment },
  });
  return { child, ended: waitForEnd(child, longestMs) };
}

async function waitForEnd(child: ChildProcess, longestMs = longestRunMs): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), longestMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  const last = out
    .split('\n')
    .filter((line) => line.startsWith('{"event":"finished"'))
    .at(-1);
  return { code, out, err, finished: last === undefined ? undefined : (JSON.parse(last) as Finished) };
}

/** Resolves when the program says this on standard error from now on; fails when it ends without it. */
export async function untilItSays({ child, ended }: Running, words: RegExp): Promise<void> {
  let err = '';
  const said = new Promise<void>((resolve) => {
    child.stderr?.on('data', (text: string) => {
      err += text;
      if (words.test(err)) resolve();
    });
  });
  await Promise.race([said, ended.then((end) => assert.match(end.err, words, 'it ended without a word of it'))]);
}

/** `sluice run FILE --json` or `sluice resume --json`, with its data in `folder`/data. */
export function startRun(file: string | null, start: Omit<Start, 'args'>): Running {
  const act = file === null ? ['resume'] : ['run', file];
  return startSluice({ ...start, args: [...act, '--json', '--data', join(start.folder, 'data')] });
}

export type Expected = { code: number; says?: readonly (string | RegExp)[]; rows?: Partial<RunReport['rows']> };

/** What everybody may expect of an ending, and what this one is about; gives the ending. */
export async function expectEnd(
  running: Running,
  { code, says = [], rows = {} }: Expected,
  secret: string,
): Promise<Ended> {
  const ended = await running.ended;
  const all = `exit ${ended.code}\n${ended.err}\n${ended.out}`;
  assert.equal(ended.code, code, all);
  for (const words of says)
    assert.ok(typeof words === 'string' ? ended.err.includes(words) : words.test(ended.err), `${words}\n${all}`);
  assert.doesNotMatch(all, /\n\s+at .*[:(]\d+|node:internal|\[object |undefined/, 'no stack trace and no hole');
  assert.ok(secret === '' || !all.includes(secret), 'no secret');
  if (code === 1 || code === 2)
    assert.match(ended.err, /^.{10,}\n.{10,}\n\([A-Z_]+\)\n/m, 'a sentence, a next step, a code');
  if (ended.finished) {
    for (const run of ended.finished.runs) assertBalance(run);
    for (const [name, count] of Object.entries(rows))
      assert.equal(ended.finished.rows[name as keyof RunReport['rows']], count, `${name}: ${all}`);
  } else assert.deepEqual(rows, {}, all);
  return ended;
}

/** Of a run that went to its end, every row read has one outcome. */
function assertBalance({ status, rows }: RunReport): void {
  const { read, sent, succeeded, created, updated, rejected, unknown } = rows;
  const text = JSON.stringify({ status, rows });
  assert.equal(created + updated, succeeded, text);
  assert.ok(sent <= read, text);
  if (status === 'failed' || status === 'cancelled') return;
  assert.equal(succeeded + rejected + unknown, read, text);
}

/** Every row the ledger names, after the program has ended. */
export async function readLedger(folder: string): Promise<{ runs: RunReport['status'][]; rows: RowRecord[] }> {
  await using ledger = openLedger(join(folder, 'data'));
  const runs = ledger.listRuns();
  const [last] = runs;
  return {
    runs: runs.map(({ status }) => status as RunReport['status']),
    rows: last ? [...ledger.readRows(last.id)] : [],
  };
}
