import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { test } from 'node:test';

const src = join(import.meta.dirname, '..', 'src');

/** What each floor may import; everything else is a mistake. */
const floors: Record<string, readonly string[]> = {
  base: [],
  protocol: ['base', 'mapping'],
  oauth: ['base'],
  web: ['base'],
  store: ['base'],
  salesforce: ['base'],
  database: ['base'],
  mapping: ['base'],
  ledger: ['base', 'store'],
  org: ['base', 'store', 'oauth', 'web'],
  agent: ['base', 'protocol', 'store', 'web', 'salesforce', 'database', 'mapping', 'ledger'],
  hub: ['base', 'protocol', 'store', 'web', 'oauth', 'mapping'],
  cli: [
    'base',
    'protocol',
    'store',
    'web',
    'oauth',
    'salesforce',
    'database',
    'mapping',
    'ledger',
    'org',
    'agent',
    'hub',
  ],
};

/** Floors whose parts for tests may be used by the tests of other floors. */
const lendsToTests = ['base', 'web', 'hub'];
const isTest = /(\.|-in-)test\.ts$/;

const forbiddenNames = /^(utils?|helpers?|common|libs?|misc|managers?|services?|types?)(\.|$)/;

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.split(sep).join('/'));

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target]) =>
    relative(src, join(src, dirname(file), target!))
      .split(sep)
      .join('/'),
  );
}

test('the floors test sees the source files it is meant to judge', () => {
  assert.ok(files.length > 20, `saw ${files.length} files`);
  assert.ok(files.flatMap(importsOf).length > 40);
});

test('no floor imports what is above or beside it, and only through its door', () => {
  const wrong: string[] = [];
  for (const file of files) {
    const from = file.split('/')[0]!;
    if (file === 'index.ts') continue;
    for (const target of importsOf(file)) {
      const to = target.split('/')[0]!;
      if (to === from) continue;
      if (!floors[from]?.includes(to))
        wrong.push(`${file} may not import ${target}: ${from} stands below or beside ${to}`);
      else if (target !== `${to}/index.ts` && !(isTest.test(file) && lendsToTests.includes(to)))
        wrong.push(`${file} goes round the door of ${to}: ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('every floor has a door that says what it is', () => {
  for (const floor of new Set(files.map((file) => file.split('/')[0]!))) {
    if (floor.endsWith('.ts') || floor === 'cli') continue;
    const door = readFileSync(join(src, floor, 'index.ts'), 'utf8');
    assert.match(door, new RegExp(`^/\\*\\*\\n \\* ${floor}: `), `${floor}/index.ts opens with what the floor is`);
    assert.doesNotMatch(door, /export \*/, `${floor}/index.ts names what it exports`);
  }
});

test('no file or folder is called by a word that says nothing', () => {
  const wrong = files.filter((file) => file.split('/').some((part) => forbiddenNames.test(part)));
  assert.deepEqual(wrong, []);
});
