/** Servers of the program `sluice`: started with `--json`, ready by their own words, ended by a signal. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Running, type Start, startSluice } from './sluice-program.ts';

type Ready = { event: string; url: string };

export type ReadyProgram = Running & { ready: Ready };

/** As long as the longest test needs them on a slow machine; what a test asks of them has its own bounds. */
const longestMs = 180_000;

export const startReady = (
  folder: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<ReadyProgram> => startServer({ folder, args, environment, longestMs });

export async function startServer({ args, ...rest }: Omit<Start, 'secret'>): Promise<ReadyProgram> {
  const running = startSluice({ args: [...args, '--json'], secret: '', ...rest });
  const lines = createInterface({ input: running.child.stdout! });
  const [line] = await Promise.race([
    once(lines, 'line') as Promise<[string]>,
    running.ended.then(({ err }) => assert.fail(`it did not start: ${err}`)),
  ]);
  const ready = JSON.parse(line) as Ready;
  assert.equal(ready.event, 'ready', line);
  return { ...running, ready };
}

/** The exit code; null when the signal ended it. */
export async function end({ child, ended }: Running, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  return (await ended).code;
}
