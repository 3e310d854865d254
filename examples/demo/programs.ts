/** Starts the real command line programs of this checkout as processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export const root = dirname(dirname(import.meta.dirname));
const sluice = join(root, 'bin', 'sluice.js');
const stopWithinMs = 10_000;

export type Environment = Readonly<Record<string, string | undefined>>;

export type ReadyOrg = {
  url: string;
  consumerKey: string;
  consumerSecret: string;
  runAs: string;
  /** Resolves once the process is gone. */
  stop(): Promise<void>;
};

/** Starts `sluice org start --json` with these words behind it and waits for its ready line. */
export async function startOrg(words: readonly string[], environment: Environment): Promise<ReadyOrg> {
  const child = spawn(process.execPath, [sluice, 'org', 'start', '--json', ...words], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line').then(([line]) => String(line)), gone.then(() => undefined)]);
  if (first === undefined) throw new Error('The org in a box did not start; what it said stands above.');
  return { ...(JSON.parse(first) as Omit<ReadyOrg, 'stop'>), stop: () => stopChild(child, gone) };
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
    cwd: root,
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
