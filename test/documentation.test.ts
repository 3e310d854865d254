import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { loadInterface } from '../src/agent/index.ts';
import { commands } from '../src/cli/commands.ts';
import { hasCurl } from './curl.ts';
import { referenceFolder, referencePages } from './reference-pages.ts';

const root = join(import.meta.dirname, '..');
const program = join(root, 'bin', 'sluice.js');

const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...markdownIn('docs')];

function markdownIn(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** The fenced blocks of a page in order; a first line `# name` in YAML and CSV names the file it stands for. */
function blocksOf(page: string): { language: string; text: string; file: string | undefined }[] {
  return [...read(page).matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({
    language: language!,
    text: text!,
    file: /^# (\S+\.\w+)\n/.exec(text!)?.[1],
  }));
}

test('the documentation tests see the pages they are meant to judge', () => {
  assert.ok(pages.length > 15, `saw ${pages.length} pages`);
});

test('the reference pages are what "npm run docs" makes of the program as it is', () => {
  const made = referencePages();
  for (const [name, text] of made) {
    const path = join(referenceFolder, name);
    assert.ok(existsSync(path), `${name} is missing: run "npm run docs"`);
    assert.equal(readFileSync(path, 'utf8'), text, `${name} is out of date: run "npm run docs"`);
  }
  const stray = readdirSync(referenceFolder).filter((name) => !made.has(name));
  assert.deepEqual(stray, [], 'every file in docs/reference is made by "npm run docs"');
});

test('every link to a heading of a page finds it there', () => {
  const anchorOf = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-');
  const broken: string[] = [];
  let seen = 0;
  for (const page of pages) {
    for (const [, target, anchor] of read(page).matchAll(/\]\(([^)#:]+\.md)#([^)]+)\)/g)) {
      seen++;
      const headings = [...read(join(dirname(page), target!)).matchAll(/^#+ (.+)$/gm)].map(([, text]) =>
        anchorOf(text!),
      );
      if (!headings.includes(anchor!)) broken.push(`${page}: ${target}#${anchor}`);
    }
  }
  assert.ok(seen > 10, `saw ${seen} links`);
  assert.deepEqual(broken, []);
});

test('every link from page to page leads somewhere', () => {
  const broken: string[] = [];
  let seen = 0;
  for (const page of pages) {
    for (const [, target] of read(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target!)) continue;
      seen++;
      if (!existsSync(join(root, dirname(page), target!))) broken.push(`${page}: ${target}`);
    }
  }
  assert.ok(seen > 8, `saw ${seen} links`);
  assert.deepEqual(broken, []);
});

test('every picture is shown by a page that says what is on it, taken by a browser test, and small', () => {
  const folder = join(root, 'docs', 'pictures');
  const kept = readdirSync(folder).sort();
  assert.ok(kept.length > 10, `saw ${kept.length} pictures`);
  const shown = pages.flatMap((page) =>
    [...read(page).matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(([, alt, target]) => ({ page, alt, target })),
  );
  for (const { page, alt, target } of shown) {
    assert.equal(dirname(join(root, dirname(page), target!)), folder, `${page}: ${target} is kept with the others`);
    assert.ok(alt!.length > 40, `${page}: ${target} says what is on it`);
  }
  assert.deepEqual([...new Set(shown.map(({ target }) => basename(target!)))].sort(), kept);
  const walks = readdirSync(join(root, 'test', 'browser')).map((name) => read(join('test', 'browser', name)));
  const taken = walks.flatMap((text) => [...text.matchAll(/\.picture\('([^']+)'/g)].map(([, name]) => `${name}.png`));
  assert.deepEqual(taken.sort(), kept);
  for (const name of kept) assert.ok(statSync(join(folder, name)).size < 120_000, `${name} is under 120 KB`);
});

test('decisions are numbered without a gap, and each fits on a page', () => {
  const names = readdirSync(join(root, 'docs', 'decisions')).sort();
  for (const [index, name] of names.entries()) {
    const number = index + 1;
    assert.ok(name.startsWith(`${String(number).padStart(4, '0')}-`), `${name} should be number ${number}`);
    const text = read(join('docs', 'decisions', name));
    assert.ok(text.startsWith(`# ${number}. `), `${name} opens with its number and title`);
    assert.ok(text.split('\n').length <= 60, `${name} is longer than a page`);
    assert.match(text, /\*\*Decision\.\*\*/);
  }
});

test('every command a page or an error names is a command of the program', () => {
  const names = new Set(commands.map(({ name }) => name));
  const wrong: string[] = [];
  let seen = 0;
  for (const page of [...pages, 'src/base/errors.ts', 'src/cli/outcome.ts']) {
    for (const [, words] of read(page).matchAll(/(?:npx |["`])sluice ([a-z]+(?: (?:start|export|backup|print))?)/g)) {
      seen++;
      if (!names.has(words!)) wrong.push(`${page}: sluice ${words}`);
    }
  }
  assert.ok(seen > 20, `saw ${seen} commands`);
  assert.deepEqual(wrong, []);
});

test('every npm script a page names is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/npm (?:run )?(test|(?<=run )[\w:]+)/g)].map(([, name]) => name!),
  );
  assert.ok(named.length > 5);
  assert.deepEqual(
    named.filter((name) => scripts[name] === undefined),
    [],
  );
});

const folder = mkdtempSync(join(tmpdir(), 'sluice-docs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A shell in which `npx sluice` is the program of this checkout, as it is inside one. */
async function shell(script: string, environment: Record<string, string>): Promise<string> {
  const npx = join(folder, 'npx');
  writeFileSync(npx, `#!/bin/sh\nshift\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(npx, 0o755);
  const env = { ...process.env, ...environment, PATH: `${folder}${delimiter}${process.env.PATH}` };
  const { stdout } = await promisify(execFile)('sh', ['-euc', script], { cwd: folder, env, timeout: 60_000 });
  return stdout;
}

type ReadyOrg = { url: string; consumerKey: string; consumerSecret: string; runAs: string };

/** The org of the page's own line, on a free port. */
async function startOrgOf(page: string, t: TestContext): Promise<ReadyOrg> {
  const line = /^npx sluice (org start .*)$/m.exec(read(page))?.[1] ?? '';
  assert.match(line, /--port 8080/, `${page} starts an org`);
  const words = line.replace('--port 8080', '--port 0 --json').split(' ');
  const child = spawn(process.execPath, [program, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await gone;
  });
  const [ready] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    gone.then(() => assert.fail(`"${line}" ended before it was ready`)),
  ]);
  return JSON.parse(String(ready));
}

test('the curl lines of the README work as they stand', async (t) => {
  if (!hasCurl(t, 'the lines of the README')) return;
  const { url, consumerKey, consumerSecret } = await startOrgOf('README.md', t);
  const block = blocksOf('README.md').find(({ text }) => text.includes('curl -s $ORG'));
  assert.ok(block);
  const script = block.text.replace('http://127.0.0.1:8080', url).replaceAll(/^(?=curl)/gm, 'echo; ');
  const output = await shell(script, { KEY: consumerKey, SECRET: consumerSecret });
  const [token, created, found] = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(token.token_type, 'Bearer');
  assert.equal(created.success, true);
  assert.equal(found.totalSize, 1);
  assert.equal(found.records[0].Name, 'Acme');
});

test('the curl lines of the page on a real org get a token, and query with it', async (t) => {
  if (!hasCurl(t, 'the lines of the page on a real org')) return;
  const { url, consumerKey, consumerSecret } = await startOrgOf('README.md', t);
  const [block] = blocksOf('docs/how-to/sign-in-to-a-real-org.md').filter(({ language }) => language === 'sh');
  assert.ok(block);
  writeFileSync(join(folder, 'consumer-secret'), `${consumerSecret}\n`);
  const output = await shell(block.text.replaceAll(/^(?=curl)/gm, 'echo; '), { ORG: url, KEY: consumerKey });
  const [found, limits] = output
    .trim()
    .split(/\n+/)
    .map((line) => JSON.parse(line));
  assert.equal(found.totalSize, 0);
  assert.ok(limits.DailyApiRequests.Max > 0);
  assert.equal(existsSync(join(folder, 'token.json')), false);
});

test('the program of the page on Apex classes answers for its class', async (t) => {
  const blocks = blocksOf('docs/how-to/apex-rest.md');
  const setup = blocks.find(({ file }) => file === 'org.yaml');
  const program = blocks.find(({ language }) => language === 'ts');
  assert.ok(setup && program);
  writeFileSync(join(folder, 'org.yaml'), setup.text);
  const opened = program.text
    .replace("from 'sluice'", `from '${pathToFileURL(join(root, 'src', 'index.ts'))}'`)
    .replace('await openOrg({', "await openOrg({ log: createLog({ level: 'silent' }),")
    .replace('type ApexHandler,', 'type ApexHandler, createLog,');
  writeFileSync(
    join(folder, 'integrate.ts'),
    `${opened}\nconsole.log(JSON.stringify([org.consumerKey, org.consumerSecret]));\nawait new Promise((resolve) => process.once('SIGTERM', resolve));\n`,
  );
  const child = spawn(process.execPath, ['integrate.ts'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await gone;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  const [url, [key, secret]] = [await next(), JSON.parse(await next())];
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: key, client_secret: secret });
  const token = await (await fetch(`${url}/services/oauth2/token`, { method: 'POST', body })).json();
  const headers = { authorization: `Bearer ${(token as { access_token: string }).access_token}` };
  const answer = await fetch(`${url}/services/apexrest/sluice/V4/integrate/cities?mode=Auto`, {
    method: 'POST',
    headers,
    body: '{"a":1}',
  });
  assert.equal(answer.status, 200);
  const user = 'integration@sluice.example';
  assert.deepEqual(await answer.json(), { method: 'POST', rest: 'cities', mode: 'Auto', bytes: 7, user });
});

test('the first run goes as its page says, file by file and line by line', async (t) => {
  const page = 'docs/how-to/first-run.md';
  const blocks = blocksOf(page);
  for (const { file, text } of blocks) {
    if (file) writeFileSync(join(folder, file), text.replace(/^# .*\n/, ''));
  }
  const { url, consumerKey, consumerSecret } = await startOrgOf(page, t);
  const environment = {
    SLUICE_MY_DOMAIN: url,
    SLUICE_CONSUMER_KEY: consumerKey,
    SLUICE_SECRET_CONSUMER: consumerSecret,
  };
  const lines = blocks.filter(({ language, text }) => language === 'sh' && !text.includes('org start'));
  assert.equal(lines.length, 2);
  const [token, run] = [await shell(lines[0]!.text, environment), await shell(lines[1]!.text, environment)];
  assert.match(token, /^\S+\n$/);
  assert.match(
    run,
    /members +completed +3 +\d +2 +2 +0 +1 +0 /,
    'read 3, succeeded 2, created 2, updated 0, rejected 1, unknown 0',
  );
  assert.match(run, /M-2 .*REQUIRED_FIELD_MISSING/);
  assert.match(await shell('npx sluice run members.yaml', environment), /members +completed +3 +\d +2 +0 +2 +1 +0 /);
});

test('the interface of the page on mappings passes its own test cases, as the page says', async () => {
  const blocks = blocksOf('docs/how-to/mapping.md');
  const shown = blocks.find(({ file }) => file === 'shops.yaml');
  const [command] = blocks.filter(({ language }) => language === 'sh');
  assert.ok(shown && command);
  writeFileSync(join(folder, 'shops.yaml'), shown.text);
  const said = blocks.find(({ text }) => text.startsWith('shops: '))?.text;
  assert.equal(await shell(command.text, {}), said);
  const mistake = blocks.find(({ text }) => text.startsWith('shops.yaml:'))?.text.trim();
  const broken = shown.text.replace(/^# .*\n/, '').replace('UPPER(LEFT', 'UPER(LEFT');
  writeFileSync(join(folder, 'shops.yaml'), broken);
  assert.throws(
    () => loadInterface(join(folder, 'shops.yaml'), {}),
    (error: Error) => error.message.replace(/^.*shops/, 'shops').includes(mistake ?? ''),
  );
});

test('the files shown in the README fit their schemas', () => {
  for (const { file, text } of blocksOf('README.md')) if (file) writeFileSync(join(folder, file), text);
  const { interface: shown, connection } = loadInterface(join(folder, 'cities.yaml'), {});
  assert.equal(shown.externalId, 'Geoname_Id__c');
  assert.equal(connection.database.type, 'postgres');
});
