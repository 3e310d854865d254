/** Says who may log in, at the first start alone: the password once on a terminal, else in a file for its owner alone. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

type Credentials = { username: string; password: string };

/** `place` is where one logs in: Setup, Console, Agent. */
export type Place = { folder: string; file: string; onTerminal: boolean; place: string };

/** Nothing when it is not the first start. */
export async function passwordLines(
  first: Credentials | undefined,
  { folder, file: fileName, onTerminal, place }: Place,
): Promise<string[]> {
  if (first === undefined) return [];
  const { username, password } = first;
  const lines = [line(`${place} user`, username)];
  if (onTerminal) return [...lines, `${line(`${place} password`, password)}   (shown this once)`];
  const file = join(folder, fileName);
  await writeFile(file, `${username}\n${password}\n`, { mode: 0o600 });
  return [...lines, line('Password in file', file)];
}

function line(label: string, value: string): string {
  return `  ${label.padEnd(16)} ${value}`;
}
