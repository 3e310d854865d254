/**
 * web: what the servers of Sluice are made of: described operations, refusals in one form, sessions' checks, lists, sign-in.
 * Rule: it knows no org, hub or agent; what they are is given to it.
 * Read operation.ts first, then mount-api.ts.
 */
export {
  type ApiError,
  ApiRefused,
  errorAnswer,
  notThere,
  type Refusal,
  refuseCall,
  refuseField,
  refuseForNow,
} from './api-refused.ts';
export { type Attempts, createAttempts } from './attempts.ts';
export { type Certificate, createBoundedServer, createHostCheck } from './bounded-server.ts';
export { checkBody, readQuery } from './check-request.ts';
export { changedByAnother, requireVersion, version, versionOf } from './edit-version.ts';
export { watchHandler, watchHandlers } from './handlers-under-way.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { type Api, mountApi, type SignedCaller } from './mount-api.ts';
export { mountMetrics } from './mount-metrics.ts';
export { type ApiDescription, describeApi } from './openapi.ts';
export {
  type ApiAnswer,
  type ApiCall,
  type ApiMethod,
  defineOperations,
  type Operation,
  type TypedOperation,
} from './operation.ts';
export { mountPages, remarkOnPages } from './pages.ts';
export { type ListQuery, listOf, listQuery, listQueryWith, pageOf } from './paging.ts';
export { type BodyLimits, parseJsonBody, readBodyBytes, readJsonBody } from './read-body.ts';
export { isSameText } from './same-text.ts';
export { closeWebServer, createWebServer, type FirstServed } from './server.ts';
export { createServerAddress, type ServerAddress } from './server-address.ts';
export { createTurns, type Turns } from './turns.ts';
