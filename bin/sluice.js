#!/usr/bin/env node
// Starts the command line: from src in a checkout, from dist in the published package. Plain JavaScript that Node 12 can read, so
// that an old Node says what is wrong instead of stumbling over it.
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

const oldestNode = 24;
const node = process.versions.node;

if (Number.parseInt(node, 10) < oldestNode) {
  process.stderr.write(
    `sluice needs Node ${oldestNode} or newer, and this is Node ${node}. ` +
      `Install it from https://nodejs.org, or in this folder alone by "npm install node@${oldestNode}" and run "npx sluice".\n`,
  );
  process.exit(1);
}

// Beside the program's own files, so that who may write there could change the program itself; where nobody may, nothing is kept.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/sluice', import.meta.url)));

const source = new URL('../src/cli/main.ts', import.meta.url);
const built = new URL('../dist/cli/main.js', import.meta.url);
void import((existsSync(fileURLToPath(source)) ? source : built).href)
  .then(({ main }) => main(process.argv.slice(2)))
  .then((code) => {
    process.exitCode = code;
  });
