/**
 * oauth: the authorization server for the client credentials flow, one core and a dialect for each kind of server.
 * Rule: plain request in, plain response out; it knows no HTTP server, no org and no hub. Apps and tokens come over seams.
 * Read token-endpoint.ts first, then dialect/salesforce.ts.
 */
export { type AccessTokens, createAccessTokens, type TokenJournal, type TokenRecord } from './access-token.ts';
export type { Client, ClientStore, Subject } from './client-store.ts';
export type { EndpointResponse } from './dialect/dialect.ts';
export { createSalesforceDialect, grantedScopes } from './dialect/salesforce.ts';
export { createLoginRate, type LoginRate } from './login-rate.ts';
export { createSigner } from './signature.ts';
export { createTokenEndpoint, maxTokenRequestBytes, type TokenEndpoint } from './token-endpoint.ts';
