/** Grants, login hours and apps between the form of the setup file, which is short, and that of the model. */
import type { ObjectRights } from '../rights/index.ts';
import type { AppFields, AppKind } from './app.ts';
import { apiNameOf, defaultDetails } from './app-details.ts';
import type { Grants, GrantsInput, LoginHours } from './profile.ts';
import type { ConnectedAppSetup, ExternalClientAppSetup, ProfileSetup } from './setup-schema.ts';

type GrantsSetup = Pick<ProfileSetup, 'userPermissions' | 'objects' | 'fields' | 'apexClasses'>;

/** What the file leaves out stays out. */
export function grantsInputOf({ userPermissions, objects, fields, apexClasses }: GrantsSetup): GrantsInput {
  return {
    ...(userPermissions && { userPermissions }),
    ...(objects && { objects: mapValues(objects, rightsOfList) }),
    ...(fields && {
      fields: mapValues(fields, (named) => mapValues(named, (right) => ({ read: true, edit: right === 'edit' }))),
    }),
    ...(apexClasses && { apexClasses }),
  };
}

/** All four parts, also when empty. */
export function grantsSetupOf({ userPermissions, objects, fields, apexClasses }: Grants): Required<GrantsSetup> {
  return {
    userPermissions: [...userPermissions],
    objects: mapValues(objects, (rights) => rightNames.filter((name) => rights[name])),
    fields: mapValues(fields, (named) => mapValues(named, ({ edit }) => (edit ? 'edit' : 'read'))),
    apexClasses: [...apexClasses],
  };
}

const rightNames = [
  'read',
  'create',
  'edit',
  'delete',
  'viewAll',
  'modifyAll',
] as const satisfies (keyof ObjectRights)[];

function rightsOfList(names: readonly (keyof ObjectRights)[]): Partial<ObjectRights> {
  return Object.fromEntries(names.map((name) => [name, true]));
}

function mapValues<From, To>(from: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, map(value)]));
}

export function loginHoursOf(hours: NonNullable<ProfileSetup['loginHours']>): LoginHours {
  const given = Object.entries(hours as Record<string, { start: string; end: string } | undefined>);
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return Object.fromEntries(
    given.flatMap(([day, times]) => (times ? [[day, { start: minutes(times.start), end: minutes(times.end) }]] : [])),
  );
}

export function loginHoursSetupOf(hours: LoginHours): Record<string, { start: string; end: string }> {
  const two = (number: number) => String(number).padStart(2, '0');
  const time = (minutes: number) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return mapValues(hours as Record<string, { start: number; end: number }>, ({ start, end }) => ({
    start: time(start),
    end: time(end),
  }));
}

/** The whole app: what the file leaves out has its usual value. */
export function appFieldsOf(app: ConnectedAppSetup | ExternalClientAppSetup, kind: AppKind): AppFields {
  const { consumerKey: _key, consumerSecret: _secret, blocked: _blocked, clientCredentials, ...given } = app;
  const { runAsUserId: _user, ...usual } = defaultDetails(kind);
  const allowed = clientCredentials && 'allowed' in clientCredentials ? clientCredentials.allowed : undefined;
  return {
    ...usual,
    ...given,
    apiName: app.apiName ?? apiNameOf(app.name),
    clientCredentialsEnabled: clientCredentials?.enabled ?? false,
    clientCredentialsAllowed: allowed ?? usual.clientCredentialsAllowed,
    runAs: clientCredentials?.runAs ?? null,
  };
}
