/**
 * salesforce: the client of a Salesforce org: tokens of the client credentials flow, REST, queries, collections, bulk jobs.
 * Rule: every error says whether the act is in doubt, and only what may be repeated is repeated.
 * Read salesforce.ts first, then rest.ts.
 */
export type { AccessToken } from './access-token.ts';
export type { ApiUsage } from './api-usage.ts';
export type { BulkOperation, JobInfo, NewJob } from './bulk/job.ts';
export type { JobState } from './bulk/job-calls.ts';
export type { ListOptions } from './bulk/list.ts';
export type { PollOptions } from './bulk/poll.ts';
export type { ResultOptions, ResultPage } from './bulk/query.ts';
export type { NewQueryJob, QueryJobInfo } from './bulk/query-job.ts';
export type { ResultKind } from './bulk/results.ts';
export type { Upload } from './bulk/upload.ts';
export { type Collection, maxCollectionRecords, type RowError, type RowResult } from './collections.ts';
export type { Deadlines } from './connection.ts';
export type { FieldDescribe, SObjectDescribe } from './describe.ts';
export type { Limit, Limits } from './limits.ts';
export { findProxyFor, readProxy, type WebProxy } from './proxy.ts';
export type { QueryOptions, QueryPage } from './query.ts';
export type { Answer } from './rest.ts';
export {
  openSalesforce,
  type RestRequest,
  type Salesforce,
  type SalesforceBulk,
  type SalesforceBulkQuery,
  type SalesforceOptions,
  type SalesforceSettings,
} from './salesforce.ts';
export { OAuthError, SalesforceError, type SentError } from './salesforce-error.ts';
export { openSharedTokens, type SharedTokens } from './shared-tokens.ts';
export type { KeyPair } from './sign-in.ts';
export { openTunnel } from './tunnel.ts';
