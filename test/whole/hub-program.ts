/** The hub as a program of its own, with the password of its first administrator. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'sluice.js');

export type HubProgram = AsyncDisposable & {
  folder: string;
  url: string;
  /** Known at the first start in this folder, and kept for later ones. */
  password: string;
  /** What it wrote on standard error so far. */
  log(): string;
};

export async function startHubProgram(folder: string): Promise<HubProgram> {
  const args = [launcher, 'hub', 'start', '--port', '0', '--json', '--data', folder];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    log += piece;
    process.stderr.write(piece);
  });
  const gone = once(child, 'exit');
  const ended = gone.then(() => Promise.reject(new Error('the hub ended before it was ready')));
  ended.catch(() => undefined);
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  const { url } = JSON.parse(String(line)) as { url: string };
  const [, password = ''] = (await readFile(join(folder, 'administrator'), 'utf8')).split('\n');
  return {
    folder,
    url,
    password,
    log: () => log,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
