import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SluiceError } from '../../base/index.ts';
import { createApexClasses } from './apex-class.ts';

const methods = ['GET' as const];
const mapped = (urlMapping: string, name = urlMapping) => ({ name, urlMapping, methods });

function finder(...mappings: string[]) {
  const classes = createApexClasses(mappings.map((mapping) => mapped(mapping)));
  return (path: string) => {
    const found = classes.findByPath(path);
    return found === undefined ? undefined : [found.apexClass.name, found.rest];
  };
}

test('a class is found by its exact path first, then by the longest pattern that fits', () => {
  const find = finder('/a/*', '/a/b', '/a/b/*', '/a/*/c');
  assert.deepEqual(find('/a/b'), ['/a/b', '']);
  assert.deepEqual(find('/a/b/x/y'), ['/a/b/*', 'x/y']);
  assert.deepEqual(find('/a/z'), ['/a/*', 'z']);
  assert.deepEqual(find('/a/z/c'), ['/a/*/c', '']);
  assert.deepEqual(find('/a'), ['/a/*', '']);
});

test('paths of classes mind their case and stand for nothing but themselves', () => {
  const find = finder('/v4.0/Go', '/(x)+/*');
  assert.equal(find('/v4.0/go'), undefined);
  assert.equal(find('/v4x0/Go'), undefined);
  assert.equal(find('/v4.0/Go/on'), undefined);
  assert.deepEqual(find('/(x)+/1'), ['/(x)+/*', '1']);
  assert.equal(find('/xx/1'), undefined);
  assert.equal(find(''), undefined);
});

test('a handler is refused for a class that is not there, has no path, or saves records by itself', () => {
  const classes = [
    mapped('/go', 'Integrate'),
    { name: 'Plain' },
    { ...mapped('/cities', 'Loader'), records: { object: 'City__c' } },
  ];
  const refusal = (name: string) => {
    try {
      createApexClasses(classes, { [name]: () => ({ status: 200 }) });
    } catch (error) {
      assert.ok(error instanceof SluiceError && error.code === 'SETTING_INVALID');
      return error.message;
    }
    return undefined;
  };
  assert.equal(refusal('integrate'), undefined);
  assert.match(refusal('Integrat') ?? '', /did you mean Integrate\?/);
  assert.match(refusal('Plain') ?? '', /a class with a urlMapping/);
  assert.match(refusal('Loader') ?? '', /a class without records/);
});
