import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { type ApiError, ApiRefused } from './api-refused.ts';
import { checkBody, readQuery } from './check-request.ts';

const closed = { additionalProperties: false } as const;
const app = Type.Object(
  {
    label: Type.String({ title: 'Connected App Name', minLength: 1, maxLength: 10 }),
    callbackUrls: Type.Array(Type.String({ title: 'Callback URL', maxLength: 20 }), { title: 'Callback URL' }),
    policies: Type.Optional(
      Type.Object({ permittedUsers: Type.Enum(['all', 'some'], { title: 'Permitted Users' }) }, closed),
    ),
    timeoutMinutes: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
        title: 'Timeout Value',
        description: 'Enter minutes.',
      }),
    ),
  },
  closed,
);

function errorsOf(work: () => void): readonly ApiError[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ApiRefused) return error.refusal.errors;
    throw error;
  }
  return [];
}

test('every field that is wrong is named once, by the label on its page', () => {
  const value = {
    label: '',
    callbackUrls: ['x'.repeat(30)],
    policies: { permittedUsers: 'none' },
    timeoutMinutes: 'x',
  };
  assert.deepEqual(
    errorsOf(() => checkBody(app, value)),
    [
      { field: 'label', message: 'Connected App Name is required.', next: 'Enter a value.' },
      { field: 'callbackUrls.0', message: 'Callback URL is too long.', next: 'Enter at most 20 characters.' },
      {
        field: 'policies.permittedUsers',
        message: 'Permitted Users is none of the values that can be chosen.',
        next: 'Choose one of all, some.',
      },
      { field: 'timeoutMinutes', message: 'Timeout Value must be an integer.', next: 'Enter minutes.' },
    ],
  );
});

test('one of a list whose items have no title is called by the list, and by its place', () => {
  const client = Type.Object({ scopes: Type.Array(Type.Enum(['integrate', 'messages']), { title: 'Scopes' }) }, closed);
  assert.deepEqual(
    errorsOf(() => checkBody(client, { scopes: ['integrate', 'all'] })),
    [
      {
        field: 'scopes.1',
        message: 'Scopes 2 is none of the values that can be chosen.',
        next: 'Choose one of integrate, messages.',
      },
    ],
  );
});

test('a missing field is required, and an unknown one is told with the nearest that is known', () => {
  assert.deepEqual(
    errorsOf(() => checkBody(app, { labl: 'x', callbackUrls: [] })),
    [
      { field: 'label', message: 'Connected App Name is required.', next: 'Enter a value.' },
      { field: 'labl', message: 'There is no field labl here.', next: 'Did you mean label?' },
    ],
  );
});

test('a number out of its range is told the range, and a text of another form what is meant', () => {
  const days = Type.Integer({ minimum: 1, maximum: 90 });
  const limits = Type.Object(
    {
      days: Type.Union([days, Type.Null()], { title: 'Days' }),
      every: Type.String({ title: 'Interval', pattern: '^[1-9]\\d*m$', description: 'minutes such as 15m' }),
    },
    closed,
  );
  assert.deepEqual(
    errorsOf(() => checkBody(limits, { days: 0, every: '0m' })),
    [
      { field: 'days', message: 'Days is out of range.', next: 'Enter a number from 1 to 90.' },
      { field: 'every', message: 'Interval does not have the right form.', next: 'Enter minutes such as 15m.' },
    ],
  );
});

test('numbers and switches of a query come out of their text, with defaults for what is left out', () => {
  const query = Type.Object(
    { page: Type.Optional(Type.Integer({ default: 1, minimum: 1 })), active: Type.Optional(Type.Boolean()) },
    closed,
  );
  assert.deepEqual(readQuery(query, new URLSearchParams('active=true')), { active: true, page: 1 });
  assert.deepEqual(readQuery(query, new URLSearchParams('page=7')), { page: 7, active: undefined });
  assert.equal(errorsOf(() => readQuery(query, new URLSearchParams('page=0')))[0]?.field, 'page');
  assert.equal(
    errorsOf(() => readQuery(query, new URLSearchParams('page=1&page=2')))[0]?.message,
    'page is given twice.',
  );
  assert.equal(errorsOf(() => readQuery(undefined, new URLSearchParams('page=1')))[0]?.field, 'page');
  assert.equal(errorsOf(() => readQuery(query, new URLSearchParams('__proto__=1')))[0]?.field, '__proto__');
});

test('a right of an object that is misspelled is told with the right ones', () => {
  const rights = Type.Record(Type.String(), Type.Object({ read: Type.Boolean(), edit: Type.Boolean() }, closed));
  const set = Type.Object({ objects: rights }, closed);
  assert.deepEqual(
    errorsOf(() => checkBody(set, { objects: { Account: { read: true, edit: true, writ: true } } })),
    [
      {
        field: 'objects.Account.writ',
        message: 'There is no field writ here.',
        next: 'What can stand here: read, edit.',
      },
    ],
  );
});

test('what was left empty is required, whatever form it is to have; the next step is a sentence', () => {
  const made = Type.Object(
    {
      name: Type.String({ title: 'Name', pattern: '^[a-z]+$', description: 'letters, nothing else' }),
      code: Type.Optional(Type.String({ title: 'Code', pattern: '^[0-9]+$', description: 'Enter digits.' })),
      from: Type.Union([
        Type.Object({ table: Type.String({ title: 'Table', minLength: 1 }) }, closed),
        Type.Object({ file: Type.String({ title: 'File', minLength: 1 }) }, closed),
      ]),
      mapping: Type.Record(Type.String(), Type.String(), { title: 'Mapping', minProperties: 1, description: 'a to b' }),
    },
    closed,
  );
  assert.deepEqual(
    errorsOf(() => checkBody(made, { name: '', code: '', from: { table: '' }, mapping: {} })),
    [
      { field: 'name', message: 'Name is required.', next: 'Letters, nothing else.' },
      { field: 'code', message: 'Code does not have the right form.', next: 'Enter digits.' },
      { field: 'from.table', message: 'Table is required.', next: 'Enter a value.' },
      { field: 'mapping', message: 'Mapping is required.', next: 'A to b.' },
    ],
  );
  assert.equal(
    errorsOf(() => checkBody(made, { name: 'A', from: { table: 't' }, mapping: { a: 'b' } }))[0]?.message,
    'Name does not have the right form.',
  );
});
