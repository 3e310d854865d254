import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { keepConnectionInTest } from '../hub/connection-in-test.ts';
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

/** Of an interface, all that can differ but its name. */
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
    bodies: fc.array(body, { maxLength: 3 }),
  }),
  { maxLength: 3 },
);

async function readAllFiles(folder: string) {
  const paths = yamlFilesIn(folder);
  return await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path), 'utf8')]));
}

test('export, wipe, apply, export gives the same bytes, whatever stands in the interfaces', async () => {
  await using started = await openListeningHub();
  const { hubFolder, folder, address, environment, sluice } = started;
  for (const name of ['warehouse', 'Till.2']) keepConnectionInTest(hubFolder, name);
  const access = { hub: address, user: 'admin', password: 'env:SLUICE_SECRET_HUB' };
  await using hub = await openHubClient(access, { environment, signal: new AbortController().signal });
  const wipe = async () => {
    const { integrations, interfaces } = await readHubDefinitions(hub);
    for (const { id } of interfaces) await hub.call('DELETE', `/interfaces/${id}`);
    for (const { id } of integrations) await hub.call('DELETE', `/integrations/${id}`);
  };
  let seen = 0;
  const property = fc.asyncProperty(hubContents, async (contents) => {
    await wipe();
    await rm(join(folder, 'one'), { recursive: true, force: true });
    await rm(join(folder, 'two'), { recursive: true, force: true });
    const integrations = new Map(contents.map((one) => [one.name, one]));
    for (const { bodies, ...integration } of integrations.values()) {
      await hub.call('POST', '/integrations', integration);
      for (const [place, rest] of bodies.entries()) {
        const definition = { ...rest, name: `${integration.name}.${place}`, integration: integration.name };
        await hub.call('POST', '/interfaces', { definition });
        seen += 1;
      }
    }
    assert.equal((await sluice('export', 'one')).code, 0);
    if (integrations.size === 0) return;
    await wipe();
    const applied = await sluice('apply', 'one');
    assert.equal(applied.code, 0, applied.err);
    assert.equal((await sluice('export', 'two')).code, 0);
    assert.deepEqual(await readAllFiles(join(folder, 'two')), await readAllFiles(join(folder, 'one')));
    assert.equal((await sluice('apply', 'one')).out, 'The hub says what the files say.\n');
  });
  await fc.assert(property, { numRuns: 10 });
  assert.ok(seen > 5, `${seen} interfaces`);
});
