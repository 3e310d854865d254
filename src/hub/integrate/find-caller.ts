/** Who calls, by the bearer token of the hub's authorization server (RFC 6750). */
import { ApiRefused } from '../../web/index.ts';
import type { Authorization } from '../authorization.ts';
import type { Caller } from './find-target.ts';

const scope = 'integrate';
const realm = 'Bearer realm="sluice-hub"';

/** Throws ApiRefused 401, 403 with WWW-Authenticate. */
export function findCaller({ findCaller: find }: Authorization, header: string | undefined): Caller {
  if (header === undefined || header === '') throw refused(401, realm, 'There is no token.', askForToken);
  const found = find(header);
  if (found === undefined)
    throw refused(
      401,
      `${realm}, error="invalid_token", error_description="The token is wrong, has ended, or was revoked."`,
      'The token is wrong, has ended, or was revoked.',
      askForToken,
    );
  const { client, scopes } = found;
  if (!scopes.includes(scope))
    throw refused(
      403,
      `${realm}, error="insufficient_scope", scope="${scope}"`,
      `The token does not have the scope ${scope}.`,
      'Ask for it at /oauth2/token; an administrator of the hub allows it to a client.',
    );
  return { identity: `client ${client.id}`, name: client.name, interfaces: client.interfaces };
}

const askForToken = 'Get one at /oauth2/token with client id and client secret, and send it as Authorization: Bearer.';

function refused(status: number, challenge: string, message: string, next: string): ApiRefused {
  const headers = { 'WWW-Authenticate': challenge };
  return new ApiRefused({ status, errors: [{ field: null, message, next }], headers });
}
