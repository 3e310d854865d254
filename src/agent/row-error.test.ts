import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPaceOfJob } from './passing-reasons.ts';
import { parseJobError, parseRowError } from './row-error.ts';

test('the error of a row is taken apart into code, message and fields', () => {
  const required = { code: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] };
  assert.deepEqual(parseRowError('REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --'), required);
  assert.deepEqual(parseRowError('X_Y:two\nlines: here:A__c B__c --').fields, ['A__c', 'B__c']);
  assert.deepEqual(parseRowError('UNABLE_TO_LOCK_ROW:unable to obtain exclusive access:--'), {
    code: 'UNABLE_TO_LOCK_ROW',
    message: 'unable to obtain exclusive access',
    fields: [],
  });
  assert.deepEqual(parseRowError('something else'), {
    code: 'UNKNOWN_EXCEPTION',
    message: 'something else',
    fields: [],
  });
  assert.deepEqual(parseRowError('LIMIT: no tail'), { code: 'LIMIT', message: ' no tail', fields: [] });
});

test('the error of a job is taken apart, and says whether its rows may go again', () => {
  assert.deepEqual(parseJobError('InvalidBatch : Field name not found : Foo__c'), {
    code: 'InvalidBatch',
    message: 'Field name not found : Foo__c',
  });
  assert.equal(findPaceOfJob({ state: 'Failed', error: 'InvalidBatch : Field name not found : Foo__c' }), null);
  assert.equal(findPaceOfJob({ state: 'Failed', error: 'InternalServerError : sorry' }), 'fault');
  assert.equal(findPaceOfJob({ state: 'Failed', error: 'TooManyLockFailure : too many' }), 'lock');
  assert.equal(findPaceOfJob({ state: 'Aborted', error: null }), 'fault');
});
