/** Installs what the benchmarks measure against, from a lockfile of its own, when it is not there yet. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const peersFolder = join(import.meta.dirname, 'peers');

export function wantPeers(): void {
  if (existsSync(join(peersFolder, 'node_modules'))) return;
  const install = spawnSync('npm', ['ci'], { cwd: peersFolder, stdio: 'inherit' });
  if (install.status !== 0)
    throw new Error('the peers of the benchmarks could not be installed: run "npm ci" in bench/peers');
}
