/** `npm run bench`: every benchmark in turn, also after one that missed; ends with 1 when any did. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const files = [
  'token.ts',
  'front-door.ts',
  'hostile.ts',
  'busy-box.ts',
  'upload.ts',
  'row-wise.ts',
  'whole-job.ts',
  'download.ts',
  'load.ts',
  'outbound.ts',
  'message-search.ts',
  'integrate.ts',
  'hub-run.ts',
  'watch.ts',
];

for (const name of files) {
  process.stdout.write(`\n${name}\n`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, name)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
