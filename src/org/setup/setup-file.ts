/** Turns what a setup file says into a setup: shape by its schema, then sense, then what is left out is filled in. */
import { parseYamlFile, type YamlFile } from '../../base/index.ts';
import { checkObjects } from './check-objects.ts';
import { checkSetup } from './check-setup.ts';
import { defaultOrgSettings, type OrgSettings } from './org-settings.ts';
import {
  type ApexClassSetup,
  type ConnectedAppSetup,
  type ExternalClientAppSetup,
  type FaultSetup,
  type ObjectSetup,
  type PermissionSetSetup,
  type ProfileSetup,
  type SetupFile,
  setupFileSchema,
  type UserSetup,
} from './setup-schema.ts';

/** All that an org is set up with; plain data. */
export type Setup = {
  organization: { name: string; type: 'production' | 'sandbox' };
  settings: OrgSettings;
  profiles: readonly ProfileSetup[];
  permissionSets: readonly PermissionSetSetup[];
  users: readonly UserSetup[];
  connectedApps: readonly ConnectedAppSetup[];
  externalClientApps: readonly ExternalClientAppSetup[];
  objects: readonly ObjectSetup[];
  /** Undefined: nothing was said of classes, so that any name of one may be granted. */
  apexClasses?: readonly ApexClassSetup[];
  faults: readonly FaultSetup[];
  /** `dailyApiRequests` undefined: the usual allocation. */
  limits: { loginsPerUserAndHour: number; dailyApiRequests?: number };
};

const schemaName = 'org.schema.json';
const salesforceLoginsPerHour = 3600;

/** What was read, whose shape is right, and the error for what makes no sense in it, at its place. */
export type SetupSource = YamlFile<SetupFile>;

/**
 * The setup that a text says; `file` is how errors call it.
 *
 * @throws SluiceError FILE_INVALID with line, column, and the nearest name for an unknown one.
 */
export function parseSetupFile(text: string, file = 'org.yaml'): Setup {
  const source = parseSetupSource(text, file);
  if (source.value.metadata !== undefined)
    throw source.refuse(['metadata'], 'names a folder, which can be told of a file alone, not of a text');
  return checkedSetup(source);
}

export function parseSetupSource(text: string, file: string): SetupSource {
  return parseYamlFile(text, { file, schema: setupFileSchema, schemaName });
}

/** The whole setup, once it makes sense. */
export function checkedSetup(source: SetupSource): Setup {
  const { value, refuse } = source;
  checkObjects((value.objects ?? []) as readonly ObjectSetup[], source);
  checkFaults(source);
  const setup = completeSetup(value);
  checkSetup(setup, refuse);
  return setup;
}

/** The org without a setup file: standard objects, one user, and one app that signs in as that user. */
export function defaultSetup(): Setup {
  return completeSetup({});
}

/** The setup that was applied to a store of an earlier version, with what that version did not know. */
export function completeApplied(applied: Partial<Setup>): Setup {
  const usual = completeSetup({});
  return { ...usual, ...applied, settings: { ...usual.settings, ...applied.settings } };
}

function completeSetup({
  organization = {},
  settings,
  profiles = [],
  permissionSets = [],
  users = [defaultUser],
  connectedApps,
  externalClientApps = [],
  objects = [],
  apexClasses,
  faults = [],
  limits,
}: SetupFile): Setup {
  return {
    organization: { name: organization.name ?? 'Sluice', type: organization.type ?? 'production' },
    settings: { ...defaultOrgSettings, ...settings },
    profiles,
    permissionSets,
    users,
    connectedApps: connectedApps ?? [defaultApp(users[0]?.username ?? defaultUser.username)],
    externalClientApps,
    objects: objects as readonly ObjectSetup[],
    ...(apexClasses && { apexClasses }),
    faults,
    limits: { loginsPerUserAndHour: salesforceLoginsPerHour, ...limits },
  };
}

export const defaultUser: UserSetup = { username: 'integration@sluice.example', lastName: 'Integration' };

export function defaultApp(runAs: string): ConnectedAppSetup {
  return { name: 'Sluice', scopes: ['api', 'id', 'refresh_token'], clientCredentials: { enabled: true, runAs } };
}

function checkFaults({ value, refuse }: SetupSource): void {
  for (const [index, { kind, latencyMs }] of (value.faults ?? []).entries()) {
    const waits = kind === 'latency' || kind === 'late-commit';
    if (waits && latencyMs === undefined) throw refuse(['faults', index, 'latencyMs'], 'is missing: say how long');
    if (!waits && latencyMs !== undefined)
      throw refuse(['faults', index, 'latencyMs'], 'belongs to the kinds latency and late-commit alone');
  }
}
