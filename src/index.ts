/**
 * The public door of the package: what other programs may import, name by name.
 *
 * Read README.md first; the command line in src/cli is the largest user of what stands here.
 */
export {
  findRow,
  type OnProgress,
  type Progress,
  type RunReport,
  readRejects,
  readRuns,
  resumeRuns,
  runInterface,
} from './agent/index.ts';
export { type Clock, createLog, type ErrorCode, type Log, type Retry, SluiceError, systemClock } from './base/index.ts';
export { type Ledger, openLedger, type RowRecord, type Run, type RunStatus } from './ledger/index.ts';
export {
  type ApexAnswer,
  type ApexHandler,
  type ApexRequest,
  type Org,
  type OrgSettings,
  openOrg,
  parseSetupFile,
  readSetupFile,
  type Setup,
} from './org/index.ts';
export {
  type AccessToken,
  type BulkOperation,
  type Collection,
  type Deadlines,
  type JobInfo,
  OAuthError,
  openSalesforce,
  type QueryJobInfo,
  type RestRequest,
  type ResultPage,
  type RowResult,
  readProxy,
  type Salesforce,
  SalesforceError,
  type SalesforceOptions,
  type SalesforceSettings,
  type SObjectDescribe,
  type WebProxy,
} from './salesforce/index.ts';
