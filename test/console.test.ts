import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const workspace = join(root, 'console');
const apps = ['setup', 'hub'] as const;

const files = readdirSync(workspace, { recursive: true, encoding: 'utf8' })
  .map((name) => name.split(sep).join('/'))
  .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'));

const read = (file: string) => readFileSync(join(workspace, file), 'utf8');

type Import = { file: string; isType: boolean; target: string };

function importsOf(file: string): Import[] {
  return [...read(file).matchAll(/^import (type )?[^;]*?'(\.[^']+)'/gms)].map(([, type, target]) => ({
    file,
    isType: type !== undefined,
    target: relative(workspace, join(workspace, dirname(file), target!))
      .split(sep)
      .join('/'),
  }));
}

test('the tests of the interfaces see the files they are meant to judge', () => {
  assert.ok(files.length > 40, `saw ${files.length} files`);
  assert.ok(files.flatMap(importsOf).length > 150);
});

test('the interfaces take types alone from the server, and only through the doors of its floors', () => {
  const outside = files.flatMap(importsOf).filter(({ target }) => target.startsWith('../'));
  assert.ok(outside.length > 0);
  const wrong = outside.filter(({ isType, target }) => !isType || !/^\.\.\/src\/[a-z]+\/index\.ts$/.test(target));
  assert.deepEqual(wrong, []);
});

test('what both interfaces share knows neither of them, and they do not know each other', () => {
  const wrong = files
    .flatMap(importsOf)
    .filter(({ target }) => !target.startsWith('../') && !target.startsWith('ui/'))
    .filter(({ file, target }) => target.split('/')[0] !== file.split('/')[0]);
  assert.deepEqual(wrong, []);
});

type Node = { type: string; start: number; value?: unknown; name?: { name?: string } };

/** Attributes whose values nobody reads. */
const silentAttributes =
  /^(className|type|id|role|name|slot|look|tone|key|href|to|d|fill|viewBox|stroke\w*|placement|scope|autoComplete|selection\w+|preserveAspectRatio|aria-hidden|aria-autocomplete|aria-live|focusable|data-\w+|rel|target|base|sort|list|path|icon|part|appKind)$/;

/** Words that stand in the page itself: text between tags, and attributes that are read or read out. */
function wordsIn(tree: unknown): string[] {
  if (typeof tree !== 'object' || tree === null) return [];
  if (Array.isArray(tree)) return tree.flatMap(wordsIn);
  const node = tree as Node;
  if (node.type === 'JSXText') return /\p{L}/u.test(String(node.value)) ? [String(node.value).trim()] : [];
  if (node.type === 'JSXAttribute' && silentAttributes.test(node.name?.name ?? '')) return [];
  const value = node.value as Node | undefined;
  if (node.type === 'JSXAttribute' && value?.type === 'Literal' && typeof value.value === 'string')
    return [`${node.name?.name}="${value.value}"`];
  return Object.values(node).flatMap(wordsIn);
}

test('no page holds words of its own: all of them stand in one catalogue for each interface', async () => {
  const vite = createRequire(join(workspace, 'package.json')).resolve('vite');
  const { parseSync } = (await import(pathToFileURL(vite).href)) as {
    parseSync: (name: string, text: string) => { program: unknown; errors: unknown[] };
  };
  const pages = files.filter((name) => name.endsWith('.tsx'));
  const found = pages.flatMap((name) => {
    const { program, errors } = parseSync(name, read(name));
    assert.deepEqual(errors, [], name);
    return wordsIn(program).map((words) => `${name}: ${words}`);
  });
  assert.ok(pages.length > 30);
  assert.deepEqual(found, []);
  const { program } = parseSync('x.tsx', 'export const X = () => <p title="A title">Some words</p>;');
  assert.deepEqual(wordsIn(program), ['title="A title"', 'Some words'], 'words would be seen');
});

/** What the first page after log-in may cost. */
const maxFirstPageBytes = 200_000;

/** The compressed script that a chunk brings, with all it imports at once. */
function scriptsFor(folder: string, name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(join(folder, name), 'utf8');
  for (const [, imported] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
    scriptsFor(folder, imported!, seen);
  return seen;
}

for (const app of apps)
  test(`the first page of ${app} after log-in is less than 200 KB of script`, () => {
    const folder = join(root, 'dist', 'console', app, 'assets');
    const names = readdirSync(folder).filter((name) => /^(index|home)-.*\.js$/.test(name));
    assert.ok(names.some((name) => name.startsWith('home-')) && names.length >= 2, 'the pages were built');
    const scripts = new Set(names.flatMap((name) => [...scriptsFor(folder, name)]));
    const bytes = [...scripts].reduce((sum, name) => sum + statSync(join(folder, `${name}.gz`)).size, 0);
    assert.ok(bytes > 50_000 && bytes < maxFirstPageBytes, `${bytes} bytes in ${[...scripts].join(', ')}`);
  });
