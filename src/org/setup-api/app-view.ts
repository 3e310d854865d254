/** An app as its pages show it. */
import type { Static } from 'typebox';
import { versionOf } from '../../web/index.ts';
import type { App, Credential, SetupModel, SetupUser } from '../setup/index.ts';
import type { appRow, app as appSchema, credential, userReference } from './app-schemas.ts';
import { readinessOf } from './readiness.ts';

type Shown = { setup: SetupModel; now: number };

/** After so many days a secret should be changed. */
export const rotateAfterDays = 90;
const dayMs = 24 * 60 * 60_000;

export function rowOfApp(app: App, { setup, now }: Shown): Static<typeof appRow> {
  const { id, kind, name, apiName, createdAt, changedAt, blocked } = app;
  return { id, kind, name, apiName, createdAt, changedAt, ready: readinessOf(app, setup, now).ready, blocked };
}

export function viewOfApp(app: App, shown: Shown): Static<typeof appSchema> {
  const { id, kind, createdAt, changedAt, blocked } = app;
  const runAs = app.runAsUserId === null ? undefined : shown.setup.findUser(app.runAsUserId);
  return {
    id,
    kind,
    version: versionOfApp(app),
    createdAt,
    changedAt,
    blocked,
    ...editable(app),
    runAs: runAs === undefined ? null : referTo(runAs),
    credentials: app.credentials.map((one) => viewOfCredential(one, shown)),
    readiness: readinessOf(app, shown.setup, shown.now),
  };
}

/** Of all that can be edited, but not of its credentials, which are used while it is being edited. */
export function versionOfApp(app: App): string {
  return versionOf([editable(app), app.runAsUserId]);
}

function editable(app: App) {
  const { name, apiName, contactEmail, contactPhone, description, infoUrl, distributionState } = app;
  const { callbackUrls, scopes, certificate, issueJwtAccessTokens, introspectAllTokens } = app;
  const { clientCredentialsEnabled, requireSecretForWebServerFlow, requireSecretForRefreshToken } = app;
  const { requirePkce, refreshTokenRotation, clientCredentialsAllowed, permittedUsers } = app;
  const { ipRelaxation, sessionTimeoutMinutes, jwtTimeoutMinutes, refreshTokenPolicy } = app;
  return {
    ...{ name, apiName, contactEmail, contactPhone, description, infoUrl, distributionState, certificate },
    ...{ clientCredentialsEnabled, requireSecretForWebServerFlow, requireSecretForRefreshToken, requirePkce },
    installed: app.installed,
    ...{ refreshTokenRotation, issueJwtAccessTokens, introspectAllTokens, clientCredentialsAllowed },
    ...{ permittedUsers, ipRelaxation, sessionTimeoutMinutes, jwtTimeoutMinutes, refreshTokenPolicy },
    callbackUrls: [...callbackUrls],
    scopes: [...scopes],
    profiles: [...app.profiles],
    permissionSets: [...app.permissionSets],
    trustedIpRanges: app.trustedIpRanges.map(plainRange),
  };
}

export function plainRange({ start, end, description }: App['trustedIpRanges'][number]) {
  return { start, end, ...(description === undefined ? {} : { description }) };
}

export function viewOfCredential(one: Credential, { setup, now }: Shown): Static<typeof credential> {
  const { id, state, createdAt, createdBy, expiresAt, availableAt, lastUsedAt, lastUsedById } = one;
  const user = lastUsedById === null ? undefined : setup.findUser(lastUsedById);
  const ageDays = Math.floor((now - createdAt) / dayMs);
  return {
    ...{ id, state, createdAt, createdBy, expiresAt, availableAt, lastUsedAt },
    lastUsedBy: user === undefined ? null : referTo(user),
    ageDays,
    rotationDue: state === 'active' && ageDays >= rotateAfterDays,
  };
}

export function referTo({ id, name, username, active, frozen }: SetupUser): Static<typeof userReference> {
  return { id, name, username, active, frozen };
}
