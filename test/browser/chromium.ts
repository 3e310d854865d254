/** The Chromium of the browser tests: the one npm brings, unpacked once for each version, or another that is named. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const root = join(import.meta.dirname, '..', '..');
const packageFolder = join(root, 'node_modules', '@sparticuz', 'chromium');
const cache = join(root, 'node_modules', '.cache', 'sluice-chromium');

/** Names another Chromium or Chrome to test with. */
export const browserEnvName = 'SLUICE_TEST_BROWSER';

type Found = { executablePath: string; env: Record<string, string> };

/** Unpacks the browser unless that was done; many may come at once, and one of them puts it in its place. */
export async function findChromium(): Promise<Found> {
  const given = process.env[browserEnvName];
  if (given !== undefined && given !== '') return { executablePath: given, env: {} };
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const folder = join(cache, version);
  if (!existsSync(folder)) await unpack(folder);
  return { executablePath: join(folder, 'chromium'), env: envOf(folder) };
}

/** The package unpacks into the temporary folder of its process, with the libraries of its own when it takes itself to be on a server without any. */
async function unpack(folder: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const made = mkdtempSync(join(cache, 'unpacking-'));
  const door = JSON.stringify(join(packageFolder, 'build', 'index.js'));
  const script = `await (await import(${door})).default.executablePath()`;
  const env = { ...process.env, TMPDIR: made, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' };
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env, timeout: 120_000 });
  try {
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** A machine with nothing but Node has neither the libraries nor a font; those of the machine are taken where there are any. */
function envOf(folder: string): Record<string, string> {
  const libraries = [process.env.LD_LIBRARY_PATH, join(folder, 'al2023', 'lib')].filter(Boolean).join(':');
  const fonts = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') };
  return { LD_LIBRARY_PATH: libraries, ...fonts };
}

/** Without the arguments the package offers: they would switch off what these tests are about. */
export async function launchChromium(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  return chromium.launch({ executablePath, args: ['--no-sandbox'], env: { ...process.env, ...env } as never });
}
