/** Reads org.yaml: shape by its schema, then sense, then what is left out is filled in. */
import { readFile } from 'node:fs/promises';
import { parseYamlFile, reasonOf, SluiceError, type YamlFile } from '../../base/index.ts';
import type { ObjectDefinition } from '../schema/index.ts';
import { checkObjects } from './check-objects.ts';
import {
  type ConnectedAppSetup,
  type FaultSetup,
  type SetupFile,
  setupFileSchema,
  type UserSetup,
} from './setup-schema.ts';

/** All that an org is set up with; plain data. */
export type Setup = {
  organization: { name: string; type: 'production' | 'sandbox' };
  users: readonly UserSetup[];
  connectedApps: readonly ConnectedAppSetup[];
  objects: readonly ObjectDefinition[];
  faults: readonly FaultSetup[];
  /** `dailyApiRequests` undefined: the usual allocation. */
  limits: { loginsPerUserAndHour: number; dailyApiRequests?: number };
};

const schemaName = 'org.schema.json';
const salesforceLoginsPerHour = 3600;

/**
 * Reads and checks the setup file.
 *
 * @throws SluiceError FILE_UNREADABLE; FILE_INVALID with line, column, and the nearest name for an unknown one.
 */
export async function readSetupFile(file: string): Promise<Setup> {
  try {
    return parseSetupFile(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    throw new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  }
}

/** The same for a text; `file` is how errors call it. */
export function parseSetupFile(text: string, file = 'org.yaml'): Setup {
  const yaml = parseYamlFile(text, { file, schema: setupFileSchema, schemaName });
  checkObjects(yaml.value.objects ?? [], yaml);
  checkFaults(yaml);
  const setup = completeSetup(yaml.value);
  checkUsers(setup, yaml);
  checkApps(setup, yaml);
  return setup;
}

/** The org without a setup file: standard objects, one user, and one app that signs in as that user. */
export function defaultSetup(): Setup {
  return completeSetup({});
}

function completeSetup({
  organization = {},
  users = [defaultUser],
  connectedApps,
  objects = [],
  faults = [],
  limits,
}: SetupFile): Setup {
  return {
    organization: { name: organization.name ?? 'Sluice', type: organization.type ?? 'production' },
    users,
    connectedApps: connectedApps ?? [defaultApp(users[0]?.username ?? defaultUser.username)],
    objects: objects as readonly ObjectDefinition[],
    faults,
    limits: { loginsPerUserAndHour: salesforceLoginsPerHour, ...limits },
  };
}

const defaultUser: UserSetup = { username: 'integration@sluice.example', lastName: 'Integration' };

function defaultApp(runAs: string): ConnectedAppSetup {
  return { name: 'Sluice', scopes: ['api', 'id', 'refresh_token'], clientCredentials: { enabled: true, runAs } };
}

function checkUsers({ users }: Setup, { refuse }: YamlFile<SetupFile>): void {
  refuseTwice(
    users.map((user) => user.username.toLowerCase()),
    (index) => refuse(['users', index, 'username'], 'is there twice'),
  );
}

function checkApps({ users, connectedApps }: Setup, { refuse }: YamlFile<SetupFile>): void {
  const usernames = new Set(users.map((user) => user.username.toLowerCase()));
  refuseTwice(
    connectedApps.map((app) => app.name.toLowerCase()),
    (index) => refuse(['connectedApps', index, 'name'], 'is there twice'),
  );
  refuseTwice(
    connectedApps.map((app) => app.consumerKey),
    (index) => refuse(['connectedApps', index, 'consumerKey'], 'is there twice'),
  );
  for (const [index, app] of connectedApps.entries()) {
    const runAs = app.clientCredentials?.runAs;
    if (runAs === undefined || usernames.has(runAs.toLowerCase())) continue;
    throw refuse(
      ['connectedApps', index, 'clientCredentials', 'runAs'],
      'names no user of this file; it must be the username',
    );
  }
}

function checkFaults({ value, refuse }: YamlFile<SetupFile>): void {
  for (const [index, { kind, latencyMs }] of (value.faults ?? []).entries()) {
    if (kind === 'latency' && latencyMs === undefined)
      throw refuse(['faults', index, 'latencyMs'], 'is missing: say how long');
    if (kind !== 'latency' && latencyMs !== undefined)
      throw refuse(['faults', index, 'latencyMs'], 'belongs to kind latency alone');
  }
}

function refuseTwice(keys: readonly (string | undefined)[], refusal: (index: number) => SluiceError): void {
  for (const [index, key] of keys.entries()) if (key !== undefined && keys.indexOf(key) < index) throw refusal(index);
}
