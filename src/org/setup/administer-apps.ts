/** Apps as an administrator makes and changes them; blocking them, and ending their tokens. */
import type { Administration, TokenChoice } from './administration.ts';
import type { App, AppChange, AppFields, AppInput, AppKind } from './app.ts';
import { defaultDetails, freeApiName } from './app-details.ts';
import { checkApp, hasName } from './check-app.ts';
import { detailsOf, fieldsOf, insertApp, insertCredential, updateApp } from './save-app.ts';
import { change, getApp, getUser, type Office, refuseAny } from './setup-change.ts';
import type { SetupProblem } from './setup-refused.ts';
import { updateRow } from './setup-rows.ts';

import { tokenIdOf } from './token-journal.ts';

type AppFunctions = Pick<
  Administration,
  | 'createConnectedApp'
  | 'createExternalClientApp'
  | 'changeApp'
  | 'deleteApp'
  | 'blockApp'
  | 'unblockApp'
  | 'revokeTokens'
>;

const words: Record<AppKind, string> = { connectedApp: 'connected app', externalClientApp: 'external client app' };
const section = 'Connected Apps';

export function administerApps(office: Office): AppFunctions {
  return {
    createConnectedApp: (input) => createApp(office, 'connectedApp', input),
    createExternalClientApp: (input) => createApp(office, 'externalClientApp', input),
    changeApp: (appId, input) => changeApp(office, appId, input),
    async deleteApp(appId) {
      const { name, kind } = getApp(office, appId);
      change(office, { action: 'deletedApp', section, display: `Deleted ${words[kind]} ${name}` }, () => {
        const { database } = office.store;
        database.prepare('DELETE FROM oauth_grant WHERE app_id = ?').run(appId);
        database.prepare('DELETE FROM app WHERE id = ?').run(appId);
      });
      await office.tokens.revokeWhere((token) => token.appId === appId);
    },
    async blockApp(appId) {
      setBlocked(office, appId, true);
      return await office.tokens.revokeWhere((token) => token.appId === appId);
    },
    unblockApp: (appId) => setBlocked(office, appId, false),
    revokeTokens: (choice) => revokeTokens(office, choice),
  };
}

function createApp(office: Office, kind: AppKind, { clientCredentialsWarningAcknowledged, ...input }: AppInput): App {
  const { model, seal, store, by } = office;
  const { runAsUserId: _user, ...usual } = defaultDetails(kind);
  const apiName =
    input.apiName ?? freeApiName(input.name, new Set(model.data.apps.map((app) => app.apiName.toLowerCase())));
  const fields: AppFields = { ...usual, runAs: null, ...given(input), name: input.name, apiName };
  const problems = [...checkFields(office, fields, kind), ...checkNew(fields)];
  if (fields.clientCredentialsEnabled && !clientCredentialsWarningAcknowledged) problems.push(warning);
  refuseAny(problems);
  const id = change(
    office,
    { action: 'createdApp', section, display: `Created ${words[kind]} ${input.name}` },
    (now) => {
      const appId = insertApp(store.database, {
        kind,
        name: input.name,
        apiName,
        details: stored(office, fields),
        now,
        by,
      });
      const availableAt = now + model.data.settings.propagationDelaySeconds * 1000;
      insertCredential(store.database, { appId, state: 'active', seal, availableAt, now, by });
      return appId;
    },
  );
  return getApp(office, id);
}

function changeApp(office: Office, appId: string, { clientCredentialsWarningAcknowledged, ...input }: AppChange): App {
  const app = getApp(office, appId);
  const fields: AppFields = { ...fieldsOf(app), ...given(input) };
  const problems = checkFields(office, fields, app.kind, app);
  const isSwitchedOn = fields.clientCredentialsEnabled && !app.clientCredentialsEnabled;
  if (isSwitchedOn && !clientCredentialsWarningAcknowledged) problems.push(warning);
  refuseAny(problems);
  const display = `Changed ${words[app.kind]} ${app.name}: ${Object.keys(given(input)).join(', ')}`;
  change(office, { action: 'changedApp', section, display }, (now) => {
    const { name, apiName } = fields;
    updateApp(office.store.database, { id: appId, name, apiName, details: stored(office, fields), now, by: office.by });
  });
  return getApp(office, appId);
}

/** Without what is undefined, so that it does not take the place of what is there. */
function given<Fields extends object>(input: Fields): Partial<AppFields> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

function stored({ model }: Office, fields: AppFields) {
  const user = fields.runAs === null ? undefined : model.findUserByUsername(fields.runAs);
  return detailsOf(fields, user?.id ?? null);
}

const warning: SetupProblem = {
  field: 'clientCredentialsEnabled',
  message:
    'Whoever holds the consumer key and secret can get an access token as the run-as user. Acknowledge this to enable the client credentials flow, and change the secret from time to time.',
};

function checkFields({ model }: Office, fields: AppFields, kind: AppKind, before?: App): SetupProblem[] {
  const { apps, users, profiles, permissionSets } = model.data;
  const others = apps.filter((app) => app.id !== before?.id);
  const problems = checkApp(fields, kind, {
    usernames: users.map(({ username }) => username),
    profiles: profiles.map(({ name }) => name),
    permissionSets: permissionSets.map(({ name }) => name),
  });
  if (
    hasName(
      others.map(({ name }) => name),
      fields.name,
    )
  )
    problems.push({ field: 'name', message: `Duplicate name: there is an app ${fields.name} already.` });
  if (
    hasName(
      others.map(({ apiName }) => apiName),
      fields.apiName,
    )
  )
    problems.push({ field: 'apiName', message: `Duplicate API Name: there is an app ${fields.apiName} already.` });
  return problems;
}

/** What Setup asks for in a new app, though this flow uses neither. */
function checkNew({ contactEmail, callbackUrls }: AppFields): SetupProblem[] {
  const problems: SetupProblem[] = [];
  if (contactEmail === '') problems.push({ field: 'contactEmail', message: 'You must enter a value.' });
  if (callbackUrls.length === 0)
    problems.push({ field: 'callbackUrls', message: 'You must enter at least one Callback URL.' });
  return problems;
}

function setBlocked(office: Office, appId: string, isBlocked: boolean): void {
  const { name } = getApp(office, appId);
  const display = `${isBlocked ? 'Blocked' : 'Unblocked'} app ${name}`;
  change(office, { action: isBlocked ? 'blockedApp' : 'unblockedApp', section, display }, () =>
    updateRow(office.store.database, 'app', { key: ['id', appId], values: { blocked: isBlocked ? 1 : 0 } }),
  );
}

async function revokeTokens(office: Office, choice: TokenChoice): Promise<number> {
  const { appId, userId, tokenId } = choice;
  const app = appId === undefined ? undefined : getApp(office, appId);
  const user = userId === undefined ? undefined : getUser(office, userId);
  const of = [tokenId && `token ${tokenId}`, app && `app ${app.name}`, user && `user ${user.username}`].filter(Boolean);
  const display = `Revoked access tokens${of.length > 0 ? ` of ${of.join(', ')}` : ' of all apps'}`;
  const grants = change(office, { action: 'revokedTokens', section: 'OAuth Usage', display }, () =>
    endGrants(office, choice),
  );
  const tokens = await office.tokens.revokeWhere(
    (token) =>
      token.grantId === undefined &&
      (appId === undefined || token.appId === appId) &&
      (userId === undefined || token.userId === userId) &&
      (tokenId === undefined || tokenIdOf(token) === tokenId),
  );
  await office.tokens.revokeWhere(({ grantId }) => grantId !== undefined && grants.has(grantId));
  return tokens + grants.size;
}

/** Refresh tokens end with the access tokens, or they would bring new ones; the ids of the grants that have ended. */
function endGrants({ store }: Office, { appId, userId, tokenId }: TokenChoice): ReadonlySet<string> {
  const ended = store.database.prepare(
    `DELETE FROM oauth_grant WHERE (?1 IS NULL OR app_id = ?1) AND (?2 IS NULL OR user_id = ?2)
     AND (?3 IS NULL OR token_id = ?3) RETURNING id`,
  );
  return new Set(ended.all(appId ?? null, userId ?? null, tokenId ?? null).map(({ id }) => String(id)));
}
