/** Where a command writes, and what it may know of the world outside: the only file that touches `process`. */
import { addAbortSignal } from 'node:stream';
import type { Environment } from '../base/index.ts';

export type Terminal = {
  /** Results: what another program may read. */
  out(text: string): void;
  /** Everything said to a person: progress, errors. */
  err(text: string): void;
  /** A person is watching standard error. */
  readonly watched: boolean;
  /** Width of that person's window. */
  readonly columns: number;
  /** Whoever read standard output has gone (as `head` does): there is no use in writing more. */
  readonly closed: boolean;
  /** Resolves when whoever reads standard output has room for more; left out where nobody can be slow. */
  written?(): Promise<void>;
  /** Standard input, part by part; left out where there is none. */
  input?(signal: AbortSignal): AsyncIterable<string>;
  readonly environment: Environment;
  readonly workingFolder: string;
};

const defaultColumns = 80;

/** The terminal of this process. A reader that goes away early is no error. */
export function openProcessTerminal(): Terminal {
  const { stdout, stderr } = process;
  let closed = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closed = true;
  });
  stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    out: (text) => void (closed || stdout.write(text)),
    err: (text) => void stderr.write(text),
    written: () => (stdout.writableNeedDrain && !closed ? whenWritten(stdout) : Promise.resolve()),
    input: (signal) => addAbortSignal(signal, process.stdin.setEncoding('utf8')),
    watched: stderr.isTTY === true && process.env.TERM !== 'dumb' && process.env.CI === undefined,
    columns: stderr.columns || defaultColumns,
    get closed() {
      return closed;
    },
    environment: process.env,
    workingFolder: process.cwd(),
  };
}

/** A reader that goes away drains nothing any more. */
function whenWritten(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ['drain', 'close', 'error']) stream.off(event, done);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) stream.on(event, done);
  });
}
