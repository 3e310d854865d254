import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SluiceError } from '../../base/index.ts';
import { databaseAddress, sealSecret } from '../../protocol/index.ts';
import { openAgentIdentity } from './agent-identity.ts';
import { type AgentReach, databaseSettingsFor, salesforceSettingsFor } from './asked-connection.ts';
import { listColumns, listTables, sampleRows } from './look-around.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-asked-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const files = join(folder, 'files');
mkdirSync(join(files, 'in'), { recursive: true });
writeFileSync(join(files, 'in', 'cities.csv'), 'name,note\nLima,#N/A\nOslo,\nRome,"a, b"\n');
writeFileSync(join(folder, 'secret.csv'), 'x\n1\n');
symlinkSync(folder, join(files, 'way-out'));

const { identity } = await openAgentIdentity(join(folder, 'agent'));
const reach: AgentReach = { allowedHosts: ['127.0.0.1:8443'], filesFolder: files };
const means = { identity, reach };
const code = (wanted: string) => (error: unknown) => error instanceof SluiceError && error.code === wanted;
const seal = (boundTo: string) => sealSecret({ secret: 's3cret', boundTo, publicKey: identity.publicKey });

test('files are read inside one folder alone, links followed, and nowhere when there is none', async () => {
  assert.deepEqual(await databaseSettingsFor({ type: 'csv', folder: 'in' }, means), {
    type: 'csv',
    folder: join(files, 'in'),
  });
  for (const path of ['..', '../secret.csv', 'way-out', 'way-out/agent', '/etc', join(folder, 'secret.csv'), 'gone']) {
    await assert.rejects(databaseSettingsFor({ type: 'csv', folder: path }, means), code('FILE_OUTSIDE'), path);
    await assert.rejects(databaseSettingsFor({ type: 'sqlite', file: path }, means), code('FILE_OUTSIDE'), path);
  }
  const none = { identity, reach: { ...reach, filesFolder: undefined } };
  await assert.rejects(databaseSettingsFor({ type: 'csv', folder: 'in' }, none), code('FILES_NOT_ALLOWED'));
});

test('a password is opened for the database it was entered for, and for no other', async () => {
  const server = { type: 'postgres', host: 'DB.example', port: 5432, database: 'd', user: 'u', tls: 'verify' } as const;
  const password = await seal(databaseAddress(server));
  assert.deepEqual(await databaseSettingsFor({ ...server, password }, means), { ...server, password: 's3cret' });
  for (const other of [{ host: 'evil.example' }, { port: 5433 }])
    await assert.rejects(databaseSettingsFor({ ...server, ...other, password }, means), code('SEALED_SECRET_INVALID'));
  await assert.rejects(databaseSettingsFor({ ...server, tls: 'off' }, means), code('PLAIN_DATABASE_REFUSED'));
});

test('an agent signs in at Salesforce and at hosts it was started with, whatever it is asked', async () => {
  const settings = async (myDomainUrl: string) => ({
    myDomainUrl,
    tokenUrl: `${myDomainUrl}/services/oauth2/token`,
    consumerKey: 'k',
    consumerSecret: await seal(myDomainUrl),
    environment: 'production' as const,
  });
  for (const url of [
    'https://acme.my.salesforce.com',
    'https://acme--uat.sandbox.my.salesforce.com',
    'http://127.0.0.1:8443',
  ])
    assert.equal((await salesforceSettingsFor(await settings(url), means)).consumerSecret, 's3cret');
  for (const url of [
    'https://evil.example',
    'https://acme.my.salesforce.com.evil.example',
    'http://acme.my.salesforce.com',
    'http://127.0.0.1:8444',
  ])
    await assert.rejects(salesforceSettingsFor(await settings(url), means), code('AGENT_HOST_REFUSED'), url);
  const moved = {
    ...(await settings('https://acme.my.salesforce.com')),
    myDomainUrl: 'https://other.my.salesforce.com',
  };
  await assert.rejects(salesforceSettingsFor(moved, means), code('SEALED_SECRET_INVALID'));
});

test('the first rows of a file come as texts, a null apart from a text that looks like one', async () => {
  const { signal } = new AbortController();
  const settings = await databaseSettingsFor({ type: 'csv', folder: 'in' }, means);
  assert.deepEqual(await listTables(settings, { signal }), ['cities.csv']);
  const source = { file: 'cities.csv' };
  assert.deepEqual(
    (await listColumns(settings, source, { signal })).map(({ name }) => name),
    ['name', 'note'],
  );
  assert.deepEqual(await sampleRows(settings, { source, rows: 2 }, { signal }), {
    columns: ['name', 'note'],
    rows: [
      ['Lima', '#N/A'],
      ['Oslo', null],
    ],
  });
});
