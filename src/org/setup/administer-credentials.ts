/** Consumer details: looking at them, and changing them with a time in which both pairs are there. */
import type { Administration } from './administration.ts';
import type { App, Credential } from './app.ts';
import { insertCredential, readSecrets } from './save-app.ts';
import { change, getApp, type Office } from './setup-change.ts';
import { refuseSetup } from './setup-refused.ts';
import { updateRow } from './setup-rows.ts';

type CredentialFunctions = Pick<
  Administration,
  'viewConsumerDetails' | 'stageCredentials' | 'applyCredentials' | 'discardCredentials'
>;

const section = 'Connected Apps';
/** A staged pair lives 30 days. */
const stagedLifeMs = 30 * 86_400_000;

export function administerCredentials(office: Office): CredentialFunctions {
  const { store, seal, model, by } = office;
  return {
    viewConsumerDetails(appId) {
      const { name, credentials } = getApp(office, appId);
      const shown = new Set(credentials.filter((each) => !isOver(office, each)).map(({ id }) => id));
      return change(
        office,
        { action: 'viewedConsumerDetails', section, display: `Viewed the consumer details of app ${name}` },
        () => readSecrets(store.database, seal, appId).filter(({ id }) => shown.has(id)),
      );
    },
    stageCredentials(appId) {
      const app = getApp(office, appId);
      const staged = stagedOf(app);
      if (staged !== undefined && !isOver(office, staged))
        throw refuseSetup(null, `App ${app.name} has staged credentials already. Apply or discard them first.`);
      return change(
        office,
        { action: 'stagedCredentials', section, display: `Staged new credentials for app ${app.name}` },
        (now) => {
          if (staged !== undefined) deletePair(office, staged);
          const times = {
            availableAt: now + model.data.settings.propagationDelaySeconds * 1000,
            expiresAt: now + stagedLifeMs,
          };
          const pair = insertCredential(store.database, { appId, state: 'staged', seal, ...times, now, by });
          return { ...pair, createdAt: now, expiresAt: times.expiresAt };
        },
      );
    },
    async applyCredentials(appId, { revokeTokens = false } = {}) {
      const app = getApp(office, appId);
      const staged = getStaged(office, app);
      const display = `Applied the staged credentials of app ${app.name}${revokeTokens ? ' and revoked its tokens' : ''}`;
      change(office, { action: 'appliedCredentials', section, display }, () => {
        for (const pair of app.credentials) if (pair.state === 'active') deletePair(office, pair);
        const values = { state: 'active', expires_at: null };
        updateRow(store.database, 'consumer_credential', { key: ['id', staged.id], values });
        if (revokeTokens) store.database.prepare('DELETE FROM oauth_grant WHERE app_id = ?').run(appId);
      });
      return revokeTokens ? await office.tokens.revokeWhere((token) => token.appId === appId) : 0;
    },
    discardCredentials(appId) {
      const app = getApp(office, appId);
      const staged = getStaged(office, app);
      change(
        office,
        { action: 'discardedCredentials', section, display: `Discarded the staged credentials of app ${app.name}` },
        () => deletePair(office, staged),
      );
    },
  };
}

function stagedOf({ credentials }: App): Credential | undefined {
  return credentials.find(({ state }) => state === 'staged');
}

function getStaged(office: Office, app: App): Credential {
  const staged = stagedOf(app);
  if (staged === undefined) throw refuseSetup(null, `App ${app.name} has no staged credentials.`);
  if (isOver(office, staged))
    throw refuseSetup(null, `The staged credentials of app ${app.name} have expired. Stage new ones.`);
  return staged;
}

function isOver({ clock }: Office, { expiresAt }: Credential): boolean {
  return expiresAt !== null && expiresAt <= clock.now();
}

function deletePair({ store }: Office, { id }: Credential): void {
  store.database.prepare('DELETE FROM consumer_credential WHERE id = ?').run(id);
}
