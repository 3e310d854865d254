/** Token revocation (RFC 7009): with proof of the app as the RFC has it, or for whoever holds the token, as at Salesforce. */

import { authenticateClient } from './client-authentication.ts';
import type { Client } from './client-store.ts';
import type { EndpointResponse, Refusal } from './dialect/dialect.ts';
import {
  type EndpointParts,
  type EndpointRequest,
  type Exchange,
  found,
  type Parts,
  runSteps,
  type Step,
} from './exchange.ts';
import { readForm } from './form.ts';
import { formSteps, noParameters } from './form-steps.ts';
import { digestOf, endGrant } from './grants/authorization-code.ts';
import { completeParts, type TokenEndpoint } from './token-endpoint.ts';

/** The answer comes when the end of the token is on disk; the token is refused from the moment before. */
export function createRevocationEndpoint(given: EndpointParts): TokenEndpoint {
  const parts = completeParts(given);
  return parts.dialect.revocation === 'open'
    ? (request) => revokeOpenly(request, parts)
    : (request) => revokeOwn(request, parts);
}

const ownSteps: readonly Step[] = [...formSteps, authenticateClient, checkToken];

function checkToken({ parameters }: Exchange): Refusal | undefined {
  return parameters.get('token') ? undefined : 'parameter missing';
}

async function revokeOwn(request: EndpointRequest, parts: Parts): Promise<EndpointResponse> {
  const exchange: Exchange = { request, parameters: noParameters };
  const refusal = await runSteps(ownSteps, exchange, parts);
  if (refusal !== undefined) return parts.dialect.refuse(refusal, exchange.retryAfterMs);
  const isRevoked = await revokeToken(exchange.parameters.get('token') ?? '', parts, found(exchange.client));
  return parts.dialect.revoked(isRevoked);
}

/** GET has the token in the query, and a callback there when a script asks; POST has it in either place, but not in both. */
async function revokeOpenly(request: EndpointRequest, parts: Parts): Promise<EndpointResponse> {
  const { dialect } = parts;
  const query = readForm(Buffer.from(/\?(.*)$/s.exec(request.url)?.[1] ?? '', 'latin1'));
  if (typeof query === 'string') return dialect.refuse(query);
  const form = readOpenForm(request, parts);
  if (typeof form === 'string') return dialect.refuse(form);
  const [inQuery, inForm] = [query.get('token'), form.get('token')];
  if (inQuery !== undefined && inForm !== undefined) return dialect.refuse('repeated parameter');
  const callback = request.method === 'GET' ? query.get('callback') : undefined;
  if (callback !== undefined && !isCallback(callback)) return dialect.refuse('malformed body');
  return dialect.revoked(await revokeToken(inQuery ?? inForm ?? '', parts), callback);
}

function readOpenForm(request: EndpointRequest, parts: Parts): ReadonlyMap<string, string> | Refusal {
  if (request.method === 'GET' || request.method === 'HEAD') return noParameters;
  if (request.method === 'POST' && request.body.length === 0) return noParameters;
  const exchange: Exchange = { request: { ...request, url: '' }, parameters: noParameters };
  const refusal = runSteps(formSteps, exchange, parts);
  return typeof refusal === 'string' ? refusal : exchange.parameters;
}

/** The name of a function, dotted perhaps: nothing else gets into a script. */
function isCallback(text: string): boolean {
  return /^[A-Za-z_$][\w$]{0,63}(\.[A-Za-z_$][\w$]{0,63}){0,7}$/.test(text);
}

/** An access token ends alone; a refresh token with all that came of it. False for one that is not there, or another app's. */
async function revokeToken(token: string, parts: Parts, owner?: Client): Promise<boolean> {
  const isOwn = ({ appId }: { appId: string }) => owner === undefined || owner.appId === appId;
  const record = parts.tokens.peek(token);
  if (record !== undefined) return isOwn(record) && (await parts.tokens.revoke(token));
  const known = await parts.grants?.findGrant(digestOf(token));
  if (known === undefined || !isOwn(known.grant)) return false;
  await endGrant(known.grant.id, parts);
  return true;
}
