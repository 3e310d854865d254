/** Starts the shipped program as a user would, and reads its line of JSON. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = join(import.meta.dirname, '..', '..', 'bin', 'sluice.js');
const setup = join(import.meta.dirname, 'org.yaml');

/** `{ url, consumerKey, consumerSecret, runAs, stop }` of an org that keeps nothing. */
export async function startOrg() {
  const args = [program, 'org', 'start', '--memory', '--port', '0', '--json', '--setup', setup];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
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
