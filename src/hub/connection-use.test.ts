import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InterfaceDefinition } from '../protocol/index.ts';
import { ApiRefused } from '../web/index.ts';
import { type ConnectionUsers, refuseInUse, usersOf } from './connection-use.ts';
import type { Connection } from './store/index.ts';

test('a connection that is used is not deleted, and whoever uses it is named', () => {
  const accounts = { name: 'accounts' } as InterfaceDefinition;
  const users: ConnectionUsers = [({ name }) => (name === 'acme' ? [accounts] : []), () => []];
  const connection = (name: string) => ({ name }) as Connection;
  assert.deepEqual(usersOf(connection('acme'), users), [accounts]);
  assert.throws(
    () => refuseInUse(connection('acme'), users),
    (error) => error instanceof ApiRefused && error.refusal.status === 409 && /used by accounts/.test(error.message),
  );
  refuseInUse(connection('other'), users);
});
