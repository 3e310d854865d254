/** Where and with what a user signs in: the settings of a connection, judged before anything is sent. */
import { type Log, SluiceError } from '../base/index.ts';
import { fetchAccessToken, type TokenRequest, type UsableToken } from './access-token.ts';
import { checkMyDomain, checkTokenUrl, type HostRules } from './address.ts';
import type { WebProxy } from './proxy.ts';

export type KeyPair = { consumerKey: string; consumerSecret: string };

export type SignInPlace = { tokenUrl: URL; rules: HostRules; proxy: WebProxy | undefined };

type SignInSettings = KeyPair & {
  myDomainUrl: string;
  tokenUrl?: string | undefined;
  allowedHosts?: readonly string[] | undefined;
  allowPlainHttp?: boolean | undefined;
  proxy?: WebProxy | undefined;
};

/** Throws SETTING_INVALID, and what checkMyDomain and checkTokenUrl throw. */
export function checkSignIn(settings: SignInSettings): SignInPlace {
  const { allowPlainHttp = false, allowedHosts = [], consumerKey, consumerSecret, proxy } = settings;
  const myDomain = checkMyDomain(settings.myDomainUrl, { allowPlainHttp });
  const tokenUrl = checkTokenUrl(settings.tokenUrl, myDomain);
  checkFilled({ consumerKey, consumerSecret });
  return { tokenUrl, rules: { myDomain, allowedHosts, allowPlainHttp }, proxy };
}

/** Errors: as fetchAccessToken. */
export async function signIn(request: TokenRequest, log: Log | undefined): Promise<UsableToken> {
  const token = await fetchAccessToken(request);
  const { instanceUrl, userId, scope, expiresAtMs } = token;
  log?.debug({ instanceUrl, userId, scope, expiresAtMs }, 'signed in to Salesforce');
  return token;
}

function checkFilled(settings: Record<string, string>): void {
  for (const [name, value] of Object.entries(settings)) {
    if (value === '')
      throw new SluiceError('SETTING_INVALID', { name, where: 'the connection', value, expected: 'filled in' });
  }
}
