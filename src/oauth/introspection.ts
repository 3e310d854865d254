/** Token introspection (RFC 7662): an app that has proved itself asks what a token is worth. */
import { authenticateClient } from './client-authentication.ts';
import type { EndpointResponse, Refusal } from './dialect/dialect.ts';
import { type EndpointParts, type Exchange, found, type Parts, runSteps, type Step } from './exchange.ts';
import { formSteps, noParameters } from './form-steps.ts';
import { findAccessTokenFacts, findRefreshTokenFacts } from './live-token.ts';
import { completeParts, type TokenEndpoint } from './token-endpoint.ts';

const steps: readonly Step[] = [...formSteps, authenticateClient, checkBlocked, checkToken];

/** Nothing is told of a token that is not live, or not the caller's to see, but that it is not active. */
export function createIntrospectionEndpoint(given: EndpointParts): TokenEndpoint {
  const parts = completeParts(given);
  return (request) => {
    const exchange: Exchange = { request, parameters: noParameters };
    const refusal = runSteps(steps, exchange, parts);
    return refusal instanceof Promise
      ? refusal.then((late) => conclude(late, exchange, parts))
      : conclude(refusal, exchange, parts);
  };
}

function checkBlocked({ client }: Exchange): Refusal | undefined {
  return client?.policies?.blocked ? 'app blocked' : undefined;
}

function checkToken({ parameters }: Exchange): Refusal | undefined {
  return parameters.get('token') ? undefined : 'parameter missing';
}

/** `token_type_hint` is a hint (section 2.1): a token that is no access token may be a refresh token, whatever it says. */
function conclude(
  refusal: Refusal | undefined,
  { parameters, client, retryAfterMs }: Exchange,
  parts: Parts,
): EndpointResponse | Promise<EndpointResponse> {
  const { dialect, grants } = parts;
  if (refusal !== undefined) return dialect.refuse(refusal, retryAfterMs);
  const token = parameters.get('token') ?? '';
  const asking = found(client);
  const facts = findAccessTokenFacts(token, asking, parts);
  if (facts !== undefined || grants === undefined) return dialect.introspected(facts);
  return findRefreshTokenFacts(token, asking, parts).then(dialect.introspected);
}
