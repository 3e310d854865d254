import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { expandEnvironment, resolveSecret } from './secrets.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-secrets-'));
const folder = join(root, 'secrets');
mkdirSync(folder);
mkdirSync(join(root, 'secrets-of-others'));
writeFileSync(join(folder, 'database'), 'pass word\n');
writeFileSync(join(folder, 'empty'), '\n');
writeFileSync(join(folder, 'long'), 'x'.repeat(70_000));
writeFileSync(join(root, 'outside'), 'not yours');
writeFileSync(join(root, 'secrets-of-others', 'x'), 'not yours');
symlinkSync(join(root, 'outside'), join(folder, 'link-out'));
symlinkSync(join(folder, 'database'), join(root, 'link-in'));
after(() => rmSync(root, { recursive: true }));

const environment = { SLUICE_SECRET_DATABASE: 's3cret', SLUICE_HOST: 'db.example', AWS_SECRET_ACCESS_KEY: 'theirs' };

test('${env:NAME} is replaced wherever it stands in a text', () => {
  assert.equal(expandEnvironment('${env:SLUICE_HOST}:${env:SLUICE_HOST}', environment), 'db.example:db.example');
  assert.equal(expandEnvironment('$5 {env:X} $' + '{other}', environment), '$5 {env:X} $' + '{other}');
});

test('a value that holds ${env:…} itself is not replaced again', () => {
  assert.equal(expandEnvironment('${env:SLUICE_A}', { SLUICE_A: '${env:SLUICE_A}' }), '${env:SLUICE_A}');
});

test('a variable that is not set, or is not ours, is an error that names it', () => {
  assert.throws(() => expandEnvironment('${env:SLUICE_PORT}', environment), {
    code: 'VARIABLE_MISSING',
    message: /SLUICE_PORT/,
  });
  for (const name of ['AWS_SECRET_ACCESS_KEY', 'HOME', '', 'SLUICE_a', 'constructor']) {
    assert.throws(() => expandEnvironment(`\${env:${name}}`, environment), { code: 'VARIABLE_NOT_ALLOWED' });
  }
});

test('a secret is fetched from a SLUICE_SECRET_ variable', async () => {
  assert.equal(await resolveSecret('env:SLUICE_SECRET_DATABASE', { environment }), 's3cret');
});

test('a secret variable that is not set is named in the error', async () => {
  await assert.rejects(resolveSecret('env:SLUICE_SECRET_OTHER', { environment }), {
    code: 'SECRET_MISSING',
    next: /SLUICE_SECRET_OTHER/,
  });
});

test('no other variable can be fished for', async () => {
  for (const name of ['AWS_SECRET_ACCESS_KEY', 'SLUICE_HOST', 'SLUICE_SECRET_', 'sluice_secret_database']) {
    await assert.rejects(resolveSecret(`env:${name}`, { environment }), { code: 'SECRET_NOT_ALLOWED' });
  }
});

test('a secret is fetched from a file inside the secrets folder, without the last line end', async () => {
  const sources = { environment, secretsFolder: folder };
  assert.equal(await resolveSecret('file:database', sources), 'pass word');
  assert.equal(await resolveSecret(`file:${join(folder, 'database')}`, sources), 'pass word');
  assert.equal(
    await resolveSecret(`file:${join(root, 'link-in')}`, sources),
    'pass word',
    'a link is judged by where it leads',
  );
});

test('a file outside the folder is refused, by path or by link', async () => {
  const sources = { environment, secretsFolder: folder };
  for (const path of ['../outside', join(root, 'outside'), 'link-out', '..', '.', '../secrets-of-others/x']) {
    await assert.rejects(resolveSecret(`file:${path}`, sources), { code: 'SECRET_NOT_ALLOWED' }, path);
  }
  await assert.rejects(
    resolveSecret('file:database', { environment }),
    { code: 'SECRET_NOT_ALLOWED' },
    'no folder was given',
  );
});

test('a file that is missing, empty or too long is an error', async () => {
  for (const path of ['gone', 'empty', 'long']) {
    await assert.rejects(
      resolveSecret(`file:${path}`, { environment, secretsFolder: folder }),
      { code: 'SECRET_MISSING' },
      path,
    );
  }
});

test('a secret written out instead of referred to is refused and not repeated', async () => {
  for (const text of ['hunter2', 'env:', 'https://hunter2']) {
    const error = await resolveSecret(text, { environment, setting: 'consumerSecret' }).catch(
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof Error);
    assert.match(error.message, /^The consumerSecret must be a reference/);
    assert.doesNotMatch(JSON.stringify(error) + error.message, /hunter2/);
  }
});
