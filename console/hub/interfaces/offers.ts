/** What a connection has to offer, as its agent sees it: read when it is needed, kept while the page is open. */
import { useQuery } from '@tanstack/react-query';
import type { HubOperation } from '../../../src/hub/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { api, useAnswer } from '../api.ts';
import type { InterfaceValues } from './interface-values.ts';
import { sourceOf } from './interface-values.ts';

export type Described = AnswerOf<HubOperation, 'GET', '/connections/:id/objects/:object'>;
export type Field = Described['fields'][number];
export type SourceColumn = AnswerOf<HubOperation, 'POST', '/connections/:id/columns'>[number];

/** A schema does not change while somebody looks at it for a minute. */
const freshMs = 60_000;

export function useConnections() {
  return useAnswer('/connections', { query: { pageSize: 200 } });
}

/** Of the connection of this name; undefined while it is not known. */
export function useConnection(name: string) {
  return useConnections().data?.rows.find((one) => one.name === name);
}

type Place = Pick<InterfaceValues, 'connection' | 'placeKind' | 'place'>;

export function useTables(connection: string) {
  const id = useConnection(connection)?.id;
  return useQuery({
    queryKey: ['/connections/:id/tables', id],
    queryFn: ({ signal }) => api.call('GET', '/connections/:id/tables', { params: { id: String(id) }, signal }),
    enabled: id !== undefined,
    staleTime: freshMs,
  });
}

export function useColumns({ connection, placeKind, place }: Place) {
  const id = useConnection(connection)?.id;
  const source = sourceOf({ placeKind, place });
  return useQuery({
    queryKey: ['/connections/:id/columns', id, source],
    queryFn: ({ signal }) =>
      api.call('POST', '/connections/:id/columns', { params: { id: String(id) }, body: { source }, signal }),
    enabled: id !== undefined && place.trim() !== '',
    staleTime: freshMs,
  });
}

export function useObjects(connection: string) {
  const id = useConnection(connection)?.id;
  return useQuery({
    queryKey: ['/connections/:id/objects', id],
    queryFn: ({ signal }) => api.call('GET', '/connections/:id/objects', { params: { id: String(id) }, signal }),
    enabled: id !== undefined,
    staleTime: freshMs,
  });
}

/** Nothing is asked for what is no name of an object. */
export function useDescribe(connection: string, object: string) {
  const id = useConnection(connection)?.id;
  return useQuery({
    queryKey: ['/connections/:id/objects/:object', id, object],
    queryFn: ({ signal }) =>
      api.call('GET', '/connections/:id/objects/:object', { params: { id: String(id), object }, signal }),
    enabled: id !== undefined && /^[A-Za-z]\w*$/.test(object),
    staleTime: freshMs,
  });
}

export const isKeyField = ({ type, externalId, idLookup }: Field) => type === 'id' || externalId || idLookup;

export function findField(described: Described | undefined, name: string): Field | undefined {
  return described?.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
}

const typeOfKind: Readonly<Record<string, string>> = {
  ...{ integer: 'Number', decimal: 'Number', float: 'Number', boolean: 'Boolean' },
  ...{ date: 'Date', timestamp: 'DateTime', timestamptz: 'DateTime', time: 'Time' },
};

/** What formulas take a column for. */
export const formulaTypeOfColumn = ({ kind }: Pick<SourceColumn, 'kind'>) => typeOfKind[kind] ?? 'Text';

const typeOfField: Readonly<Record<string, string>> = {
  ...{ int: 'Number', long: 'Number', double: 'Number', currency: 'Number', percent: 'Number' },
  ...{ boolean: 'Boolean', date: 'Date', datetime: 'DateTime', time: 'Time' },
};

export const formulaTypeOfField = ({ type }: Pick<Field, 'type'>) => typeOfField[type] ?? 'Text';
