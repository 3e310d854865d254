/** Starts the real command line programs of this checkout as processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const root = dirname(dirname(import.meta.dirname));
const sluice = join(root, 'bin', 'sluice.js');
const stopWithinMs = 20_000;

export type Environment = Readonly<Record<string, string | undefined>>;

/** What `sluice up --demo --json` says when it is ready. */
export type ReadyDemo = {
  /** Of the hub. */
  url: string;
  data: string;
  demo: {
    org: { url: string; consumerKey: string; runAs: string; setup: { url: string; passwordFile: string } };
    database: string;
    rows: number;
    environmentFile: string;
  };
};

/** Starts `sluice up --demo` with these words behind it; it ends with the stack. */
export async function startDemo(words: readonly string[], parts: AsyncDisposableStack): Promise<ReadyDemo> {
  const child = spawn(process.execPath, [sluice, 'up', '--demo', '--json', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  parts.defer(() => stopChild(child, gone));
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line').then(([line]) => String(line)), gone.then(() => undefined)]);
  if (first === undefined) throw new Error('Sluice did not start; what it said stands above.');
  return JSON.parse(first) as ReadyDemo;
}

async function stopChild(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await gone;
  clearTimeout(timer);
}

export type Finished = { exitCode: number | null; lines: readonly string[] };

/** Runs `sluice` to its end; its progress and errors go straight to the terminal. */
export async function runSluice(
  words: readonly string[],
  { environment, signal }: { environment: Environment; signal: AbortSignal },
): Promise<Finished> {
  const child = spawn(process.execPath, [sluice, ...words], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
    killSignal: 'SIGTERM',
  });
  const lines: string[] = [];
  const [[exitCode]] = await Promise.all([once(child, 'close'), collect(child, lines)]);
  return { exitCode, lines };
}

async function collect(child: ChildProcess, lines: string[]): Promise<void> {
  if (!child.stdout) return;
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
}
