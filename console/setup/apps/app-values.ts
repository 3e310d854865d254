/** What stands in the form of an app's settings, and how it is said to the API. */
import type { SetupOperation } from '../../../src/org/index.ts';
import type { BodyOf } from '../../ui/api.ts';
import type { App } from '../api.ts';

export const oauthSwitches = [
  'requireSecretForWebServerFlow',
  'requireSecretForRefreshToken',
  'requirePkce',
  'refreshTokenRotation',
  'issueJwtAccessTokens',
  'introspectAllTokens',
] as const;

type Switches = Record<(typeof oauthSwitches)[number], boolean>;

export type AppValues = Switches & {
  name: string;
  apiName: string;
  /** Typed by hand: it follows the name no longer. */
  apiNameIsOwn: boolean;
  contactEmail: string;
  contactPhone: string;
  infoUrl: string;
  description: string;
  distributionState: App['distributionState'];
  enableOauth: boolean;
  /** One to a line. */
  callbackUrls: string;
  scopes: string[];
  clientCredentialsEnabled: boolean;
  /** As PEM; empty: no digital signatures. */
  certificate: string;
};

export const settingsFields: readonly string[] = [
  ...oauthSwitches,
  ...['name', 'apiName', 'contactEmail', 'contactPhone', 'infoUrl', 'description', 'distributionState'],
  ...['enableOauth', 'callbackUrls', 'scopes', 'clientCredentialsEnabled', 'certificate'],
];

/** As Salesforce ticks them for a new app. */
export const newAppValues: AppValues = {
  ...{ name: '', apiName: '', apiNameIsOwn: false, contactEmail: '', contactPhone: '', infoUrl: '', description: '' },
  distributionState: 'Local',
  ...{ enableOauth: false, callbackUrls: '', scopes: [], clientCredentialsEnabled: false, certificate: '' },
  ...{ requireSecretForWebServerFlow: true, requireSecretForRefreshToken: true, requirePkce: true },
  ...{ refreshTokenRotation: false, issueJwtAccessTokens: false, introspectAllTokens: false },
};

export function valuesOf(app: App): AppValues {
  const { name, apiName, contactEmail, contactPhone, infoUrl, description, callbackUrls, scopes } = app;
  const switches = Object.fromEntries(oauthSwitches.map((each) => [each, app[each]])) as Switches;
  return {
    distributionState: app.distributionState,
    ...{ name, apiName, contactEmail, apiNameIsOwn: true, enableOauth: true },
    ...{ contactPhone: contactPhone ?? '', infoUrl: infoUrl ?? '', description: description ?? '' },
    ...{ callbackUrls: callbackUrls.join('\n'), scopes: [...scopes] },
    clientCredentialsEnabled: app.clientCredentialsEnabled,
    certificate: app.certificate ?? '',
    ...switches,
  };
}

type Settings = Omit<BodyOf<SetupOperation, 'POST', '/apps'>, 'kind'>;

/** What the API is sent. The box of the flow is ticked in the form only by OK on its warning. */
export function settingsOf(values: AppValues): Settings {
  const { enableOauth: _, apiNameIsOwn: __, callbackUrls, contactPhone, infoUrl, description, ...rest } = values;
  const given = {
    ...rest,
    callbackUrls: callbackUrls.split(/\s+/).filter((line) => line !== ''),
    contactPhone: orNull(contactPhone),
    infoUrl: orNull(infoUrl),
    description: orNull(description),
    certificate: orNull(values.certificate),
    clientCredentialsWarningAcknowledged: values.clientCredentialsEnabled,
  };
  return given as Settings;
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text;
}

/** Letters, digits and single underscores, beginning with a letter. */
export function apiNameOf(name: string): string {
  const plain = name
    .normalize('NFD')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  return /^\d/.test(plain) ? `X${plain}` : plain;
}
