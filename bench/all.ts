/** `npm run bench`: every benchmark in turn, also after one that missed; ends with 1 when any did. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

for (const name of ['token.ts', 'upload.ts', 'row-wise.ts', 'whole-job.ts', 'download.ts']) {
  process.stdout.write(`\n${name}\n`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, name)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
