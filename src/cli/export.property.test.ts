import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { openHubClient } from './hub-client.ts';
import { readHubDefinitions } from './hub-definitions.ts';
import { openListeningHub } from './listening-hub-in-test.ts';
import { yamlFilesIn } from './yaml-files.ts';

const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
    fc.constantFrom(
      'yes',
      'null',
      '012',
      '1e3',
      ' x ',
      '# no',
      '- a',
      'a: b',
      '"',
      "'",
      'a\nb\n',
      'a\r\nb',
      '~',
      '!x',
      '&a',
      '2026-01-01',
    ),
  )
  .filter((value) => !value.includes('${env:'));
const plain = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
const source = fc.oneof(
  text,
  text.map((column) => ({ column, nulls: 'keep' as const })),
  fc.record({ column: text, map: fc.dictionary(text, text, { minKeys: 1, maxKeys: 3 }) }),
  text.map((letters) => ({ formula: `LOWER("${letters.replaceAll(/[^\w ]/g, '')}")` })),
);

const column = fc.oneof(
  fc.constantFrom('Industry', 'Owner.Name'),
  text.map((letters) => ({ formula: `LOWER(Name) & "${letters.replaceAll(/[^\w ]/g, '')}"`, length: 80 })),
  text.map((value) => ({ constant: value, type: 'Text' as const })),
  fc.record({
    field: fc.constant('Rating'),
    map: fc.dictionary(text, fc.integer({ min: 0, max: 99 }), { minKeys: 1 }),
  }),
  text.map((value) => ({ field: 'Phone', nulls: { default: value } })),
);

/** Of an interface out of Salesforce, the same. */
const outbound = fc.record(
  {
    type: fc.constant('outbound'),
    connection: fc.constantFrom('warehouse', 'Till.2'),
    object: fc.constantFrom('Account', 'City__c'),
    fields: fc.constantFrom(['Id', 'Name'], ['Name']),
    mapping: fc.dictionary(text, column, { minKeys: 1, maxKeys: 4 }),
    target: fc.record(
      { table: text, create: fc.boolean(), deleted: fc.constantFrom('mark', 'remove', 'ignore') },
      { requiredKeys: ['table'] },
    ),
    where: text,
    changes: fc.constantFrom('full', 'incremental'),
    mode: fc.constantFrom('auto', 'query', 'bulk'),
    status: fc.constantFrom('deployed', 'undeployed'),
    timeZone: fc.constant('Europe/Berlin'),
    schedule: fc.constantFrom({ every: '15m' }, { cron: '0 6 * * 1-5', missed: 'skip' }),
    tests: fc.array(fc.record({ name: text, row: fc.dictionary(text, plain), refused: text }), { maxLength: 2 }),
  },
  { requiredKeys: ['type', 'connection', 'object', 'target'] },
);

const filled = text.filter((value) => value.trim() !== '');
const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,11}$/);
const server = fc.record({
  database: fc.constantFrom('postgres', 'mariadb'),
  host: fc.constantFrom('127.0.0.1', 'db.example', 'DB.Example'),
  databaseName: filled,
  user: filled,
  tls: fc.constantFrom('off', 'require', 'verify'),
  port: fc.integer({ min: 1, max: 65_535 }),
});
const folder = fc.record({ folder: filled, delimiter: fc.constantFrom(';', '\t', ',') }, { requiredKeys: ['folder'] });
const databaseOf = fc.oneof(
  server.map((database) => ({ type: 'agentDatabase', database })),
  filled.map((file) => ({ type: 'agentDatabase', database: { database: 'sqlite', file } })),
  folder.map((database) => ({ type: 'agentFile', database })),
);

/** Of a connection, all that can differ but its name and its secrets. */
const connectionBody = fc
  .tuple(
    databaseOf,
    fc.record({ description: text }, { requiredKeys: [] }),
    fc.record({ username: filled, portForward: fc.integer({ min: 1, max: 65_535 }) }),
    fc.record(
      {
        environment: fc.constantFrom('production', 'sandbox'),
        myDomainUrl: word.map((name) => `https://${name}.my.salesforce.com`),
        consumerKey: filled,
        apiVersion: fc.constant('68.0'),
        token: word,
      },
      { requiredKeys: ['environment', 'myDomainUrl', 'consumerKey'] },
    ),
  )
  .map(([database, described, agent, { token, ...salesforce }]) => ({
    ...database,
    ...described,
    agent: { hostUrl: 'https://agent.example', password: 'the-agent-password', ...agent },
    salesforce: {
      ...salesforce,
      ...(token === undefined ? {} : { tokenUrl: `${salesforce.myDomainUrl}/${token}` }),
    },
    withoutPing: true,
  }));

/** Of an interface into Salesforce, all that can differ but its name. */
const body = fc.record(
  {
    connection: fc.constantFrom('warehouse', 'Till.2'),
    source: fc.oneof(fc.record({ table: text }), fc.record({ query: text })),
    object: fc.constantFrom('Account', 'City__c'),
    operation: fc.constant('insert'),
    mapping: fc.dictionary(fc.constantFrom('Name', 'Phone', 'Site', 'Sic'), source, { minKeys: 1 }),
    mode: fc.constantFrom('auto', 'batch', 'bulk'),
    status: fc.constantFrom('deployed', 'undeployed'),
    maxRetries: fc.nat({ max: 100 }),
    schedule: fc.constantFrom({ every: '15m' }, { cron: '0 6 * * 1-5', timeZone: 'Europe/Berlin', missed: 'skip' }),
    allowRejects: fc.constantFrom(3, '1%'),
    tests: fc.array(fc.record({ name: text, row: fc.dictionary(text, plain), refused: text }), { maxLength: 2 }),
  },
  { requiredKeys: ['connection', 'source', 'object', 'operation', 'mapping'] },
);

const hubContents = fc.array(
  fc.record({
    name: fc.constantFrom('Retail', 'Finance', 'x.y_z-1'),
    description: fc.option(text),
    state: fc.constantFrom('active', 'inactive', 'stopped'),
    bodies: fc.array(fc.oneof(body, outbound), { maxLength: 3 }),
  }),
  { maxLength: 3 },
);

type Definition = { type?: string; name: string; integration: string; connection: string; target?: { table?: string } };

/** A connection to a folder takes files as its targets. */
function fitting(definition: Definition, { warehouse, till }: Record<'warehouse' | 'till', { type: string }>): object {
  const { type } = definition.connection === 'warehouse' ? warehouse : till;
  if (definition.target === undefined || type !== 'agentFile') return definition;
  const { table, ...rest } = definition.target;
  return { ...definition, target: { file: table, ...rest } };
}

async function readAllFiles(folder: string) {
  const paths = yamlFilesIn(folder);
  return await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path), 'utf8')]));
}

test('export, wipe, apply, export gives the same bytes, whatever stands in the interfaces', async () => {
  await using started = await openListeningHub();
  const { folder, address, sluice } = started;
  const environment: Record<string, string | undefined> = started.environment;
  for (const name of ['WAREHOUSE', 'TILL_2']) environment[`SLUICE_SECRET_${name}_AGENT`] = 'the-agent-password';
  const access = { hub: address, user: 'admin', password: 'env:SLUICE_SECRET_HUB' };
  await using hub = await openHubClient(access, { environment, signal: new AbortController().signal });
  const wipe = async () => {
    const { connections, integrations, interfaces } = await readHubDefinitions(hub);
    for (const { id } of interfaces) await hub.call('DELETE', `/interfaces/${id}`);
    for (const { id } of integrations) await hub.call('DELETE', `/integrations/${id}`);
    for (const { id } of connections) await hub.call('DELETE', `/connections/${id}`);
  };
  const seen = new Set<string>();
  const property = fc.asyncProperty(hubContents, connectionBody, connectionBody, async (contents, warehouse, till) => {
    await wipe();
    await rm(join(folder, 'one'), { recursive: true, force: true });
    await rm(join(folder, 'two'), { recursive: true, force: true });
    for (const [name, connection] of Object.entries({ warehouse, 'Till.2': till }))
      await hub.call('POST', '/connections', { name, ...connection });
    const integrations = new Map(contents.map((one) => [one.name, one]));
    for (const { bodies, ...integration } of integrations.values()) {
      await hub.call('POST', '/integrations', integration);
      for (const [place, rest] of bodies.entries()) {
        const definition: Definition = { ...rest, name: `${integration.name}.${place}`, integration: integration.name };
        await hub.call('POST', '/interfaces', { definition: fitting(definition, { warehouse, till }) });
        seen.add(definition.type ?? 'inbound');
      }
    }
    assert.equal((await sluice('export', 'one')).code, 0);
    await wipe();
    const applied = await sluice('apply', 'one', '--without-ping');
    assert.equal(applied.code, 0, applied.err);
    assert.equal((await sluice('export', 'two')).code, 0);
    assert.deepEqual(await readAllFiles(join(folder, 'two')), await readAllFiles(join(folder, 'one')));
    assert.equal((await sluice('apply', 'one')).out, 'The hub says what the files say.\n');
    const text = (await readAllFiles(join(folder, 'one'))).flat().join('\n');
    assert.doesNotMatch(text, /the-agent-password/);
  });
  await fc.assert(property, { numRuns: 10 });
  assert.deepEqual([...seen].sort(), ['inbound', 'outbound']);
});
