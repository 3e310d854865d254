/** What a client can learn by itself: the metadata of the server (RFC 8414, OpenID Connect Discovery) and its public keys (RFC 7517). */
import type { EndpointResponse } from './dialect/dialect.ts';
import type { EndpointParts, EndpointRequest } from './exchange.ts';
import { type SigningKey, signingAlgorithm } from './signing-keys.ts';
import { grantTypesOf, type TokenEndpoint } from './token-endpoint.ts';

/** Only what is there is named. */
export function createMetadata(parts: EndpointParts): TokenEndpoint {
  const grantTypes = grantTypesOf(parts);
  return onlyRead(() => parts.dialect.metadata({ grantTypes, hasKeys: parts.signingKeys !== undefined }));
}

/** The key that signs and the one before it; an empty set when the server signs nothing. */
export function createKeySet(parts: EndpointParts): TokenEndpoint {
  return onlyRead(async () => {
    const keys = (await parts.signingKeys?.published()) ?? [];
    return parts.dialect.document({ keys: keys.map(jwkOf) });
  });
}

function onlyRead(answer: () => EndpointResponse | Promise<EndpointResponse>): TokenEndpoint {
  return ({ method }: EndpointRequest) => (method === 'GET' || method === 'HEAD' ? answer() : notAllowed);
}

const notAllowed: EndpointResponse = {
  status: 405,
  headers: { Allow: 'GET, HEAD', 'Cache-Control': 'no-store' },
  body: '',
};

function jwkOf({ keyId, publicKey }: SigningKey): Record<string, unknown> {
  const { kty, n, e } = publicKey.export({ format: 'jwk' });
  return { kty, n, e, alg: signingAlgorithm, use: 'sig', kid: keyId };
}
