/** A shell in which `sluice` is this program, for the lines of pages as they stand there. */
import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const launcher = join(import.meta.dirname, '..', 'bin', 'sluice.js');

/** Runs a script in the folder, and gives what it wrote; fails with the first line that does. */
export function openSluiceShell(folder: string) {
  const program = join(folder, 'sluice');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n`);
  chmodSync(program, 0o755);
  return async (script: string, environment: Record<string, string>): Promise<string> => {
    const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, ...environment };
    const { stdout } = await promisify(execFile)('sh', ['-euc', script], { cwd: folder, env, timeout: 60_000 });
    return stdout;
  };
}

/** The JSON answers of one line after the other. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into what it was answered, and fails when it is not there
export function answersIn(written: string): any[] {
  return written.split(/(?<=^\})\n(?=\{)/m).map((text) => JSON.parse(text));
}
