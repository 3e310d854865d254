/** Starts the shipped program as a user would, and reads its line of JSON. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = join(import.meta.dirname, '..', '..', 'bin', 'sluice.js');
const setup = join(import.meta.dirname, 'org.yaml');

/** `{ url, consumerKey, consumerSecret, runAs, stop }` of an org that keeps nothing. */
export function startOrg() {
  return start(['--memory', '--setup', setup]);
}

/**
 * The same with what `more` says in the setup file, and with `administrator`, who may log in on its pages:
 * `{ username, password, file }`. `secrets` are those that the setup file refers to by `env:`. `folder` is gone with the org.
 */
export async function startOrgWithLogin({ more, secrets = {} }) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-clients-'));
  const file = join(folder, 'org.yaml');
  await writeFile(file, (await readFile(setup, 'utf8')) + more);
  const data = join(folder, 'data');
  const org = await start(['--data', data, '--setup', file], secrets);
  const administratorFile = join(data, 'administrator');
  const [username, password] = (await readFile(administratorFile, 'utf8')).split('\n');
  const stop = async () => {
    await org.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...org, folder, administrator: { username, password, file: administratorFile }, stop };
}

async function start(choice, secrets = {}) {
  const args = [program, 'org', 'start', '--port', '0', '--json', ...choice];
  const env = { ...process.env, ...secrets };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => [`exited with ${code}`]),
  ]);
  if (!line.startsWith('{')) throw new Error(`the org did not start: ${line}`);
  const { event, ...org } = JSON.parse(line);
  if (event !== 'ready') throw new Error(`the org did not start: ${line}`);
  return { ...org, stop: () => stop(child) };
}

async function stop(child) {
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the org ended with exit code ${code}`);
}
