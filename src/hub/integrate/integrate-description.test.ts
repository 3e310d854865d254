import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubApiDescription } from '../api/operations.ts';
import { callParameters } from './call-wish.ts';
import { openIntegrateInTest } from './integrate-in-test.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test looks into the description, and fails when it is not there
const described = hubApiDescription() as any;

test('the description of the hub has the integrate API, with all its parameters and its own kind of token', () => {
  const { post } = described.paths['/V4/integrate'];
  const inQuery = post.parameters.filter((one: { in: string }) => one.in === 'query');
  assert.deepEqual(inQuery.map(({ name }: { name: string }) => name).sort(), [...callParameters].sort());
  for (const name of [...described.paths['/V4/calls/{id}'].get.security, ...post.security].flatMap(Object.keys))
    assert.equal(described.components.securitySchemes[name].type, 'oauth2');
});

test('what a call is answered has what the description says, and nothing else', async () => {
  await using stage = await openIntegrateInTest();
  const taken = await stage.send({ body: '{"number":1}' });
  const shown = await stage.ask(`${taken.json.url}?limit=1`);
  const { schema } = described.paths['/V4/integrate'].post.responses[202].content['application/json'];
  for (const { status, json } of [taken, shown]) {
    assert.ok(described.paths['/V4/integrate'].post.responses[status], String(status));
    assertFits(json, schema);
    assertFits(json.results[0], schema.properties.results.items);
  }
  const refused = await stage.send({ body: '{' });
  assert.ok(described.paths['/V4/integrate'].post.responses[refused.status], String(refused.status));
});

function assertFits(value: object, { required, properties }: { required: string[]; properties: object }): void {
  const names = Object.keys(value);
  assert.deepEqual(
    required.filter((name) => !names.includes(name)),
    [],
  );
  assert.deepEqual(
    names.filter((name) => !Object.hasOwn(properties, name)),
    [],
  );
}
