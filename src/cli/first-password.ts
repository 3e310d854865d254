/** Says who may log in, at the first start alone: the password once on a terminal, else in a file for its owner alone. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Terminal } from './terminal.ts';

type Credentials = { username: string; password: string };

/** `place` is where one logs in: Setup, Console, Agent. `isDemo`: it is in the file in any case, where a terminal says it, too. */
export type Place = { folder: string; file: string; onTerminal: boolean; place: string; isDemo?: boolean };

/** Nothing when it is not the first start. */
export async function passwordLines(
  first: Credentials | undefined,
  { folder, file: fileName, onTerminal, place, isDemo = false }: Place,
): Promise<string[]> {
  if (first === undefined) return [];
  const { username, password } = first;
  const lines = [line(`${place} user`, username)];
  if (onTerminal && !isDemo) return [...lines, `${line(`${place} password`, password)}   (shown this once)`];
  const file = join(folder, fileName);
  await writeFile(file, `${username}\n${password}\n`, { mode: 0o600 });
  if (onTerminal) return [...lines, line(`${place} password`, password)];
  return [...lines, line('Password in file', file)];
}

/** What is shown once is shown also when the start fails after it was made: it cannot be read again. */
export async function startShowing<Started>(
  { err }: Pick<Terminal, 'err'>,
  passwordOf: readonly string[],
  start: () => Promise<Started>,
): Promise<Started> {
  try {
    return await start();
  } catch (error) {
    if (passwordOf.length > 0) err(`${passwordOf.join('\n')}\n\n`);
    throw error;
  }
}

function line(label: string, value: string): string {
  return `  ${label.padEnd(16)} ${value}`;
}
