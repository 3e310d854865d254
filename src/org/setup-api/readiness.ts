/** Whether an app's client credentials flow works, and if not what is missing, in the order in which the token endpoint looks. */
import { grantedScopes } from '../../oauth/index.ts';
import type { App, SetupModel, SetupUser } from '../setup/index.ts';

export type ReadinessStep = { code: string; message: string; page: string; field: string | null; link: string };

export type Readiness = { ready: boolean; missing: ReadinessStep[] };

type Model = Pick<SetupModel, 'rightsOf' | 'findUser'>;

export function readinessOf(app: App, setup: Model, now: number): Readiness {
  const missing = [
    ...(app.blocked ? [blocked(app)] : []),
    ...propagation(app, now),
    ...installation(app),
    ...switches(app),
    ...runAsUser(app, setup),
    ...scopes(app),
  ];
  return { ready: missing.length === 0, missing };
}

function step(
  app: App,
  given: Pick<ReadinessStep, 'code' | 'message' | 'field'> & { page: 'settings' | 'policies' },
): ReadinessStep {
  const { page, ...rest } = given;
  const link = `/setup/api/apps/${app.id}/${page}`;
  return { ...rest, page: pageNames[app.kind][page], link };
}

const pageNames = {
  connectedApp: { settings: 'App Manager, Edit', policies: 'Manage, Edit Policies' },
  externalClientApp: { settings: 'Settings tab, Edit', policies: 'Policies tab, Edit' },
} as const;

function blocked(app: App): ReadinessStep {
  return {
    code: 'blocked',
    message: 'The app is blocked: every login of it is refused.',
    page: 'Connected Apps OAuth Usage, Unblock',
    field: null,
    link: `/setup/api/apps/${app.id}/unblock`,
  };
}

function installation(app: App): ReadinessStep[] {
  if (app.installed) return [];
  const message = 'The app is of another org and is not installed in this one: its key is refused here.';
  const link = `/setup/api/apps/${app.id}/install`;
  return [{ code: 'not-installed', message, page: 'Connected Apps OAuth Usage, Install', field: null, link }];
}

function propagation({ id, credentials }: App, now: number): ReadinessStep[] {
  const active = credentials.find(({ state }) => state === 'active');
  if (active === undefined || active.availableAt <= now) return [];
  const message = `The consumer key takes effect at ${new Date(active.availableAt).toISOString()}; until then the token endpoint does not know it.`;
  return [
    { code: 'propagation', message, page: 'Manage Consumer Details', field: null, link: `/setup/api/apps/${id}` },
  ];
}

function switches(app: App): ReadinessStep[] {
  const { kind, clientCredentialsEnabled, clientCredentialsAllowed } = app;
  const field = 'clientCredentialsEnabled';
  const inSettings = step(app, {
    code: 'flow-not-enabled',
    message: `Enable Client Credentials Flow is not ticked in the settings of the app.`,
    page: 'settings',
    field,
  });
  const inPolicies = step(app, {
    code: 'flow-not-enabled-in-policies',
    message:
      'Enable Client Credentials Flow is not ticked in the policies of the app; the switch in its settings alone is not enough.',
    page: 'policies',
    field: 'clientCredentialsAllowed',
  });
  return [
    ...(clientCredentialsEnabled ? [] : [inSettings]),
    ...(kind === 'externalClientApp' && !clientCredentialsAllowed ? [inPolicies] : []),
  ];
}

function runAsUser(app: App, setup: Model): ReadinessStep[] {
  const user = app.runAsUserId === null ? undefined : setup.findUser(app.runAsUserId);
  if (user === undefined)
    return [step(app, { code: 'no-run-as', message: 'No Run As user is chosen.', page: 'policies', field: 'runAs' })];
  return [...signIn(user), ...approval(app, user), ...apiAccess(user, setup)];
}

/** What is mended on the page of the user. */
function ofUser({ id }: SetupUser, code: string, message: string): ReadinessStep {
  return { code, message, page: 'Users, Edit', field: null, link: `/setup/api/users/${id}` };
}

function signIn(user: SetupUser): ReadinessStep[] {
  if (!user.active)
    return [{ ...ofUser(user, 'run-as-inactive', `The Run As user ${user.username} is inactive.`), field: 'active' }];
  if (!user.frozen) return [];
  return [{ ...ofUser(user, 'run-as-frozen', `The Run As user ${user.username} is frozen.`), field: 'frozen' }];
}

function approval(app: App, user: SetupUser): ReadinessStep[] {
  if (app.permittedUsers !== 'AdminApprovedPreAuthorized') return [];
  if (app.profiles.includes(user.profile)) return [];
  if (app.permissionSets.some((name) => user.permissionSets.includes(name))) return [];
  const message = `Permitted Users is "Admin approved users are pre-authorized", and neither the profile nor a permission set of ${user.username} is among those that are.`;
  return [step(app, { code: 'run-as-not-approved', message, page: 'policies', field: 'profiles' })];
}

function apiAccess(user: SetupUser, setup: Model): ReadinessStep[] {
  if (setup.rightsOf(user.id).apiEnabled) return [];
  const message = `The Run As user ${user.username} has not the permission API Enabled.`;
  const link = `/setup/api/profiles/${user.profileId}`;
  const page = 'Profiles, System Permissions';
  return [{ code: 'run-as-without-api', message, page, field: 'userPermissions', link }];
}

function scopes(app: App): ReadinessStep[] {
  if (grantedScopes(app.scopes).length > 0) return [];
  const message =
    app.scopes.length === 0
      ? 'No OAuth scope is selected.'
      : `The selected scopes (${app.scopes.join(', ')}) are not enough by themselves for this flow.`;
  return [
    step(app, {
      code: 'no-usable-scope',
      message: `${message} Add Manage user data via APIs (api).`,
      page: 'settings',
      field: 'scopes',
    }),
  ];
}
