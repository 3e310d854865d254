/** What a connection is used by: interfaces tell it, so that its rights are looked at for them and it is not deleted under them. */
import type { AnyInterfaceDefinition } from '../protocol/index.ts';
import { ApiRefused } from '../web/index.ts';
import type { Connection } from './store/index.ts';

/** Each part of the hub whose things use connections tells which of them use this one. */
export type ConnectionUsers = readonly ((connection: Connection) => readonly AnyInterfaceDefinition[])[];

export function usersOf(connection: Connection, users: ConnectionUsers): AnyInterfaceDefinition[] {
  return users.flatMap((usersIn) => usersIn(connection));
}

/** Throws ApiRefused 409 that names what uses it. */
export function refuseInUse(connection: Connection, users: ConnectionUsers): void {
  const names = usersOf(connection, users).map(({ name }) => name);
  if (names.length === 0) return;
  const message = `${connection.name} is used by ${names.join(', ')}.`;
  const next = 'Give those interfaces another connection, or delete them first.';
  throw new ApiRefused({ status: 409, errors: [{ field: null, message, next }] });
}
