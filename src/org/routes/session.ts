/** From the Authorization header to the user in whose name the call acts. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Access } from '../rights/index.ts';
import type { OrgParts, Session } from './call.ts';
import {
  apiDisabled,
  authorizationMalformed,
  jwtInvalid,
  jwtWithoutApi,
  sessionInvalid,
  sessionWithoutApi,
} from './refusals.ts';

/** The token of `Authorization: Bearer …` or `OAuth …`; undefined without the header; throws when it has another form. */
export function readToken(headers: IncomingHttpHeaders): string | undefined {
  const header = headers.authorization;
  if (header === undefined) return undefined;
  const token = /^(?:Bearer|OAuth)\s+(\S+)\s*$/i.exec(header)?.[1];
  if (token === undefined) throw authorizationMalformed();
  return token;
}

/** The session of a call of the data API; throws the 401 Salesforce answers. */
export function requireSession(headers: IncomingHttpHeaders, org: OrgParts): Session {
  const token = readToken(headers);
  const session = token === undefined ? undefined : findSession(token, org);
  const isJwt = token?.startsWith(jwtStart);
  if (session === undefined) throw isJwt ? jwtInvalid() : sessionInvalid();
  if (!mayUseApi(session.scopes)) throw isJwt ? jwtWithoutApi() : sessionWithoutApi();
  return session;
}

/** `{"` in base64url: no opaque token begins like this. */
const jwtStart = 'eyJ';

/** What the user may do; throws 403 for one without API Enabled. */
export function requireApi({ records }: OrgParts, { userId }: Session, path: string): Access {
  const access = records.accessOf(userId);
  if (!access.apiEnabled) throw apiDisabled(/^\/services\/data\/[^/]+\/jobs(\/|$)/i.test(path) ? 'Bulk' : 'REST');
  return access;
}

export function findSession(token: string, org: OrgParts): Session | undefined {
  const found = org.setup.findToken(token);
  return found === undefined ? undefined : { token, userId: found.userId, scopes: found.scopes };
}

/** For the fault `expired-token`. */
export async function revokeTokenOf(org: OrgParts, { authorization }: IncomingHttpHeaders): Promise<void> {
  const token = /^\S+\s+(\S+)/.exec(authorization ?? '')?.[1];
  if (token !== undefined) await org.setup.tokens.revoke(token);
}

function mayUseApi(scopes: readonly string[]): boolean {
  return scopes.includes('api') || scopes.includes('full');
}
