/** The answer to a token that is not, or is no longer, that of somebody known. */
import { ApiRefused } from '../../web/index.ts';

export function notSignedIn(): ApiRefused {
  const message = 'The token is missing, has ended, or was revoked.';
  const errors = [{ field: null, message, next: 'Get a new one at /oauth2/token with the credentials of the agent.' }];
  return new ApiRefused({ status: 401, errors, headers: { 'WWW-Authenticate': 'Bearer realm="sluice-hub"' } });
}
