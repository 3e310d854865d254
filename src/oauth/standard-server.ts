/** An authorization server of the standard dialect as one function: a request goes to the endpoint of its path. */

import type { EndpointResponse } from './dialect/dialect.ts';
import { createStandardDialect, type StandardDialectOptions, standardPaths } from './dialect/standard.ts';
import type { EndpointParts, EndpointRequest } from './exchange.ts';
import { createIntrospectionEndpoint } from './introspection.ts';
import { createKeySet, createMetadata } from './metadata.ts';
import { createRevocationEndpoint } from './revocation.ts';
import { completeParts, createTokenEndpoint, type TokenEndpoint } from './token-endpoint.ts';

/** Undefined for a path that is not its own. Rejects when a token could not be written to disk. */
export type StandardServer = (request: EndpointRequest) => EndpointResponse | Promise<EndpointResponse> | undefined;

/** @example const serve = createStandardServer({ issuer: () => 'https://hub.example', clients, tokens, loginRate }); */
export function createStandardServer(options: Omit<EndpointParts, 'dialect'> & StandardDialectOptions): StandardServer {
  const parts = completeParts({ ...options, dialect: createStandardDialect(options) });
  const served = new Map<string, TokenEndpoint>([
    [standardPaths.token, createTokenEndpoint(parts)],
    [standardPaths.introspection, createIntrospectionEndpoint(parts)],
    [standardPaths.revocation, createRevocationEndpoint(parts)],
    [standardPaths.metadata, createMetadata(parts)],
  ]);
  if (parts.signingKeys !== undefined) served.set(standardPaths.keys, createKeySet(parts));
  return (request) => served.get(request.url.split('?', 1)[0] ?? '')?.(request);
}
