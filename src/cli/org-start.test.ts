import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const program = join(import.meta.dirname, '..', '..', 'bin', 'sluice.js');
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-start-'));
});

after(() => rm(folder, { recursive: true, force: true }));

type Run = {
  child: ChildProcess;
  ended: Promise<{ code: number; out: string; err: string }>;
  until(text: string): Promise<string>;
};

function start(...args: string[]): Run {
  const child = spawn(process.execPath, [program, 'org', 'start', '--port', '0', ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (piece) => (out += piece));
  child.stderr.on('data', (piece) => (err += piece));
  const ended = once(child, 'close').then(([code]) => ({ code: Number(code), out, err }));
  const until = async (text: string): Promise<string> => {
    while (!out.includes(text))
      await Promise.race([once(child.stdout, 'data'), ended.then(() => assert.fail(`ended: ${err}`))]);
    return out;
  };
  return { child, ended, until };
}

async function ready(run: Run): Promise<Record<string, string>> {
  return JSON.parse(await run.until('\n')) as Record<string, string>;
}

async function tokenStatus(url: string, key: string, secret: string): Promise<number> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: key, client_secret: secret });
  return (await fetch(`${url}/services/oauth2/token`, { method: 'POST', body })).status;
}

test('with --json one line says where the org is and how to sign in; SIGTERM ends it well', async () => {
  const run = start('--memory', '--json');
  const line = await ready(run);
  assert.deepEqual(Object.keys(line), ['event', 'url', 'consumerKey', 'consumerSecret', 'runAs']);
  assert.equal(line.event, 'ready');
  assert.equal(await tokenStatus(line.url!, line.consumerKey!, line.consumerSecret!), 200);
  run.child.kill('SIGTERM');
  const { code, out } = await run.ended;
  assert.equal(code, 0);
  assert.equal(out.trim().split('\n').length, 1);
});

test('an org in a folder is the same one after a restart, its records and tokens too', async () => {
  const first = start('--data', 'kept', '--json');
  const before = await ready(first);
  first.child.kill('SIGINT');
  assert.equal((await first.ended).code, 0);
  const second = start('--data', 'kept', '--json');
  const after = await ready(second);
  assert.deepEqual([after.consumerKey, after.consumerSecret], [before.consumerKey, before.consumerSecret]);
  second.child.kill('SIGTERM');
  await second.ended;
});

test('where nobody watches, the secret is in a file for its owner alone and not in the output', async () => {
  const run = start('--memory');
  const out = await run.until('Ctrl-C stops it.');
  const file = /Secret in file\s+(\S+)/.exec(out)?.[1] ?? '';
  const url = /ready at (\S+)/.exec(out)?.[1] ?? '';
  const key = /Consumer key\s+(\S+)/.exec(out)?.[1] ?? '';
  const secret = await readFile(file, 'utf8');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.ok(!out.includes(secret));
  assert.equal(await tokenStatus(url, key, secret), 200);
  run.child.kill('SIGTERM');
  await run.ended;
  assert.equal(existsSync(file), false);
});

test('at its first start alone the org says who may log in to Setup; the password is in a file for its owner alone', async () => {
  const run = start('--data', 'administered');
  const out = await run.until('Ctrl-C stops it.');
  const file = /Password in file\s+(\S+)/.exec(out)?.[1] ?? '';
  const [username, password] = (await readFile(file, 'utf8')).split('\n');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.ok(password && !out.includes(password));
  const url = `${/ready at (\S+)/.exec(out)?.[1]}/setup/api/session`;
  const headers = { 'content-type': 'application/json' };
  const logIn = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ username, password }) });
  assert.equal(logIn.status, 201);
  run.child.kill('SIGTERM');
  await run.ended;
  const again = start('--data', 'administered');
  const later = await again.until('Ctrl-C stops it.');
  assert.match(later, /Setup {12}http:\S+\/setup\/(?: {4}\(its pages .*\))?\n/);
  assert.doesNotMatch(later, /Setup user|Password/);
  again.child.kill('SIGTERM');
  await again.ended;
});

test('plain HTTP for the whole network wants a switch of its own', async () => {
  const { code, err } = await start('--memory', '--host', '0.0.0.0').ended;
  assert.equal(code, 2);
  assert.match(err, /--allow-plain-http/);
});

test('--data and --memory exclude each other, and a setup file with a mistake is named with its line', async () => {
  assert.equal((await start('--memory', '--data', 'x').ended).code, 2);
  const { code, err } = await start('--memory', '--setup', 'missing.yaml').ended;
  assert.equal(code, 1);
  assert.match(err, /missing\.yaml/);
});

test('an org starts on a Salesforce DX project, and says once what it has not', async () => {
  const project = join(import.meta.dirname, '..', '..', 'test', 'salesforce-project');
  const run = start('--memory', '--setup', project, '--json');
  const line = await ready(run);
  assert.equal(await tokenStatus(line.url!, line.consumerKey!, line.consumerSecret!), 200);
  run.child.kill('SIGTERM');
  const { err } = await run.ended;
  const lines = err
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each) as { level: string; msg: string });
  assert.equal(lines.filter(({ msg }) => msg.includes('fields of type AutoNumber')).length, 1);
  const watched = start('--memory', '--setup', project);
  await watched.until('Ctrl-C stops it.');
  watched.child.kill('SIGTERM');
  assert.match((await watched.ended).err, /^Left out: formula fields, .*City__c\.Density__c/m);
});

test('a mistake in a project is told with its file and line', async () => {
  const source = join(folder, 'source', 'objects', 'City__c', 'fields');
  await mkdir(source, { recursive: true });
  await writeFile(join(source, 'Code__c.field-meta.xml'), '<CustomField>\n<type>Text</type>\n</CustomField>');
  const { code, err } = await start('--memory', '--setup', 'source').ended;
  assert.equal(code, 2);
  assert.match(err, /objects\/City__c\/fields\/Code__c\.field-meta\.xml:1: <length> is missing/);
});
