/** Programs a benchmark starts: told to stop by the end of their input, and gone with the benchmark. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export type Started = { child: ChildProcess; ready: Record<string, string> };

/** Starts a program that prints one line of JSON when it is ready. */
export async function start(args: readonly string[], environment: Record<string, string> = {}): Promise<Started> {
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, ready: JSON.parse(line) as Record<string, string> };
  }
  throw new Error(`${args.join(' ')} ended before it was ready`);
}

export async function stop({ child }: Started): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  child.kill('SIGTERM');
  await ended;
}

export type Finished = { seconds: number; peakMiB: number; output: string; code: number | null };

/** Runs a program to its end and tells how long it took and how much memory it held at most (Linux). */
export async function run(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Finished> {
  const began = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } });
  let peakMiB = 0;
  const watch = setInterval(() => {
    peakMiB = Math.max(peakMiB, peakOf(child.pid));
  }, 10);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    output += piece;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  return { seconds: (performance.now() - began) / 1000, peakMiB, output, code };
}

function peakOf(pid: number | undefined): number {
  try {
    return memoryOf(pid, 'VmHWM');
  } catch {
    return 0;
  }
}

/** What a program that runs holds now (Linux). */
export function residentMiB(pid: number | undefined): number {
  return memoryOf(pid, 'VmRSS');
}

function memoryOf(pid: number | undefined, figure: 'VmHWM' | 'VmRSS'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${figure}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
}
