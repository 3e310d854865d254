import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const source = join(import.meta.dirname, '..');

/** The packages that are loaded with these modules, by a program of their own. */
function packagesOf(...modules: string[]): string[] {
  const program = `
    import { registerHooks } from 'node:module';
    const found = new Set();
    registerHooks({ resolve(name, context, next) {
      const resolved = next(name, context);
      found.add(/node_modules\\/((@[^/]+\\/)?[^/]+)/.exec(resolved.url)?.[1]);
      return resolved;
    } });
    for (const module of ${JSON.stringify(modules)}) await import(module);
    console.log(JSON.stringify([...found].filter(Boolean)));`;
  const args = ['--input-type=module', '--eval', program];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as string[];
}

test('the command line starts without a package from outside, and `sluice run` with nothing but its HTTP client', () => {
  const commandLine = join(source, 'cli', 'main.ts');
  assert.deepEqual(packagesOf(commandLine), []);
  assert.deepEqual(packagesOf(commandLine, join(source, 'agent', 'index.ts')), ['undici']);
});
