// The pages of Setup and of the Console, built into dist/console and compressed; "--if-needed": only when a source is newer.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const workspace = join(root, 'console');
const apps = { setup: '/setup/', hub: '/' };

/** Sources that are newer than what was built of them last, or no build at all. */
export function arePagesStale() {
  const built = Object.keys(apps).map((app) => join(root, 'dist', 'console', app, 'index.html'));
  const times = built.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  const sources = readdirSync(workspace, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
  return Math.max(...sources.map((path) => statSync(path).mtimeMs)) > Math.min(...times);
}

export async function buildPages() {
  const vite = createRequire(join(workspace, 'package.json')).resolve('vite');
  const { build } = await import(pathToFileURL(vite).href);
  for (const [app, base] of Object.entries(apps)) {
    const outDir = join(root, 'dist', 'console', app);
    await build({ configFile: false, logLevel: 'warn', root: join(workspace, app), base, build: settings(outDir) });
    compress(outDir);
  }
}

/** No file stands inside another, since the pages' own policy would refuse it. */
function settings(outDir) {
  return {
    outDir,
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licenses.md' },
    reportCompressedSize: false,
    rolldownOptions: { onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning) },
  };
}

function compress(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const name of names.filter((each) => /\.(js|css|html|svg)$/.test(each))) {
    const path = join(folder, name);
    const plain = readFileSync(path);
    writeFileSync(`${path}.br`, brotliCompressSync(plain));
    writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url) && (!process.argv.includes('--if-needed') || arePagesStale())) {
  process.stdout.write('Building the pages of Setup and of the Console …\n');
  await buildPages();
}
