import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SluiceError } from '../base/index.ts';
import { asSluiceError, errorLine, errorText } from './error-text.ts';

test('an error is one sentence, one next step and the code', () => {
  const error = new SluiceError('VARIABLE_MISSING', { name: 'SLUICE_HOST' });
  assert.equal(
    errorText(error),
    'The environment variable SLUICE_HOST is not set.\nSet it, or write the value itself into the file.\n(VARIABLE_MISSING)\n',
  );
});

test('what Salesforce and the token endpoint said stands beside it, as it was said', () => {
  const error = new SluiceError('INTERNAL', { reason: 'x' });
  const refused = Object.assign(error, { errors: [{ errorCode: 'INVALID_FIELD', message: 'No such column' }] });
  assert.match(errorText(refused), /\nSalesforce said: INVALID_FIELD: No such column\n/);
  const token = Object.assign(new SluiceError('INTERNAL'), {
    error: 'invalid_client',
    error_description: 'no run as user',
  });
  assert.match(errorText(token), /\nThe token endpoint said: invalid_client \(no run as user\)\n/);
});

test('words of others cannot move the cursor or add lines', () => {
  const error = Object.assign(new SluiceError('INTERNAL', { reason: 'a\u001b[2J\nb' }), {
    errors: [{ message: 'c\rd' }],
  });
  assert.equal(errorText(error).split('\n').length, 5);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
  assert.doesNotMatch(errorText(error), /[\u0000-\u0009\u000b-\u001f]/);
});

test('what nobody foresaw is said in one line without a stack', () => {
  const error = asSluiceError(new TypeError('x is not a function'));
  assert.equal(error.code, 'INTERNAL');
  assert.doesNotMatch(errorText(error), /at .*\.ts/);
});

test('for another program the error is one line of JSON', () => {
  const line = errorLine(new SluiceError('VARIABLE_MISSING', { name: 'SLUICE_HOST' }));
  assert.deepEqual(JSON.parse(line), {
    event: 'error',
    code: 'VARIABLE_MISSING',
    message: 'The environment variable SLUICE_HOST is not set.',
    next: 'Set it, or write the value itself into the file.',
    retry: 'after',
    said: [],
  });
  assert.ok(line.endsWith('}\n'));
});
