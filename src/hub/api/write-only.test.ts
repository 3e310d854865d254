import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubOperations } from './operations.ts';

type Shape = Readonly<Record<string, unknown>>;

/** Each field of a body whose name ends as a secret's does, and whether it is marked. */
function secretsIn(value: unknown, at: string): [string, boolean][] {
  if (typeof value !== 'object' || value === null) return [];
  const properties = Object.entries(Object((value as Shape).properties)) as [string, Shape][];
  const here = properties
    .filter(([name]) => /(password|secret)$/i.test(name))
    .map(([name, shape]): [string, boolean] => [`${at} ${name}`, shape.writeOnly === true]);
  return [...here, ...Object.values(value).flatMap((inner) => secretsIn(inner, at))];
}

test('the description marks each password and secret that is sent as one that is never shown again', () => {
  const secrets = hubOperations.flatMap(({ id, body }) => secretsIn(body, id));
  assert.ok(secrets.length >= 10, `saw ${secrets.length}`);
  assert.deepEqual(
    secrets.filter(([, isMarked]) => !isMarked),
    [],
  );
});
