/** Says who may log in, at the first start alone: the password once on a terminal, else in a file for its owner alone. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const fileName = 'administrator';

type Started = { firstAdministrator: { username: string; password: string } | undefined; folder: string };

/** `place` is where one logs in: Setup, Console. */
export async function administratorLines(
  { firstAdministrator, folder }: Started,
  { onTerminal, place }: { onTerminal: boolean; place: string },
): Promise<string[]> {
  if (firstAdministrator === undefined) return [];
  const { username, password } = firstAdministrator;
  const lines = [line(`${place} user`, username)];
  if (onTerminal) return [...lines, `${line(`${place} password`, password)}   (shown this once)`];
  const file = join(folder, fileName);
  await writeFile(file, `${username}\n${password}\n`, { mode: 0o600 });
  return [...lines, line('Password in file', file)];
}

function line(label: string, value: string): string {
  return `  ${label.padEnd(16)} ${value}`;
}
