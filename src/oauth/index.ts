/**
 * oauth: the authorization server: one core, and a dialect for each kind of server.
 * Rule: plain request in, plain response out; it knows no HTTP server, no org and no hub. Apps, users, tokens, keys come over seams.
 * Read token-endpoint.ts first, then dialect/salesforce.ts and dialect/standard.ts.
 */
export {
  type AccessTokens,
  createAccessTokens,
  createRandomText,
  type TokenJournal,
  type TokenRecord,
  type TokenTraits,
} from './access-token.ts';
export { type AddressRange, type AddressRanges, createAddressRanges, isAddressRange } from './address-ranges.ts';
export { readClientKeys } from './assertion.ts';
export {
  type Authorization,
  type AuthorizationRefusal,
  type AuthorizationRequest,
  authorizationErrors,
  createAuthorization,
} from './authorization.ts';
export type {
  Client,
  ClientKey,
  ClientPolicies,
  ClientSecret,
  ClientStore,
  IpRelaxation,
  Subject,
  SubjectStore,
  UserFlows,
} from './client-store.ts';
export type { EndpointResponse, GrantType, Refusal } from './dialect/dialect.ts';
export { createSalesforceDialect, grantedScopes, salesforceKeyId } from './dialect/salesforce.ts';
export { createStandardDialect } from './dialect/standard.ts';
export { type EndpointParts, type EndpointRequest, maxTokenRequestBytes } from './exchange.ts';
export {
  type CodeRecord,
  type CodeTaken,
  createMemoryGrantStore,
  type GrantFound,
  type GrantRecord,
  type GrantStore,
} from './grant-store.ts';
export { createIntrospectionEndpoint } from './introspection.ts';
export { createLockOut, type LockOut } from './lock-out.ts';
export type { LoginEvent, OnLogin } from './login-event.ts';
export { isWithinLoginHours, type LoginHours, type Weekday } from './login-hours.ts';
export { createLoginRate, type LoginRate } from './login-rate.ts';
export { createKeySet, createMetadata } from './metadata.ts';
export { type Advice, adviseOnTokenError, listTokenErrors, type TokenError } from './refusal-advice.ts';
export { createMemoryReplayStore, type ReplayStore } from './replay-store.ts';
export { createRevocationEndpoint } from './revocation.ts';
export { createSigner } from './signature.ts';
export {
  createMemoryKeyStore,
  createSigningKeys,
  type KeyStore,
  type SigningKeys,
  type StoredKey,
} from './signing-keys.ts';
export { createStandardServer, type StandardServer } from './standard-server.ts';
export { completeParts, createTokenEndpoint, type TokenEndpoint } from './token-endpoint.ts';
