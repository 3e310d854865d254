/** Login History: what the OAuth server tells of a login, in the words of Salesforce. */
import type { LoginEvent } from '../../oauth/index.ts';

/** A row to be written with the token it belongs to. */
export type LoginRow = {
  at: number;
  userId: string;
  application: string;
  status: string;
  loginType: string;
  loginSubType: string | null;
  sourceIp: string;
  loginUrl: string;
};

/** Remote Access 2.0. That the client credentials flow has this type, and not Oauth, is not certain. */
const loginType = 'Oauth2';

/** The first is documented; the others follow its form. */
const subTypes: Readonly<Record<string, string>> = {
  client_credentials: 'OauthClientCredentials',
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'OauthJwtBearer',
  authorization_code: 'OauthAuthorizationCode',
  refresh_token: 'OauthRefreshToken',
  password: 'OauthUsernamePassword',
};

/**
 * Those of login rate and of the username-password flow were seen, and Restricted IP and Restricted Time are as the event log of
 * logins has them; the rest are our own words.
 */
const statuses: Readonly<Partial<Record<LoginEvent['outcome'], string>>> = {
  issued: 'Success',
  'login rate exceeded': 'Login Rate Exceeded',
  'password flow blocked': 'Username-Password Flow Disabled',
  'wrong password': 'Invalid Password',
  'inactive user': 'User is Inactive',
  'frozen user': 'User is Frozen',
  'outside login ranges': 'Restricted IP',
  'outside login hours': 'Restricted Time',
  'outside trusted ranges': 'Restricted IP',
  'user not admin approved': 'User is not admin approved to access this app',
  'app blocked': 'App Blocked',
};

/** Undefined for what was refused before a user was known: that leaves no row, as in Salesforce. */
export function loginRowOf(event: LoginEvent, application: string, loginUrl: string): LoginRow | undefined {
  const { at, userId, grantType = '', remoteAddress = '', outcome } = event;
  if (userId === undefined) return undefined;
  return {
    at,
    userId,
    application,
    status: statuses[outcome] ?? `Failed: ${outcome}`,
    loginType,
    loginSubType: subTypes[grantType] ?? null,
    sourceIp: remoteAddress,
    loginUrl,
  };
}
