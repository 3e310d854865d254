/**
 * agent: runs interfaces: reads a source once, sends it in chunks, and accounts for every row in the ledger.
 * Rule: nothing is done that the ledger could not tell of after a crash, and nothing is sent again before its fate is known.
 * Read agent.ts first, then run-interface.ts and bulk-chunk.ts; for runs of a hub runs/open-runs.ts.
 */
export {
  findRow,
  type ResumeOptions,
  type RunInterfaceOptions,
  readRejects,
  readRuns,
  resumeRuns,
  runInterface,
} from './agent.ts';
export {
  databaseSettingsOf,
  openDatabaseOf,
  openSalesforceOf,
  readConnectionFile,
  salesforceSettingsOf,
} from './connection-file.ts';
export type { Agent, AgentSettings } from './endpoint/open-agent.ts';
export { forgetRuns, type KeptRuns } from './forget-runs.ts';
export { type LoadedInterface, loadInterface } from './interface-file.ts';
export { openAgent, pingDatabase, pingSalesforce } from './loaded-late.ts';
export { type Moment, moments, type Observe } from './observe.ts';
export { type BackedUp, backUp } from './outbound/backup.ts';
export { type AnyLoaded, loadAnyInterface, readAnyInterface } from './outbound/outbound-file.ts';
export { testColumns } from './outbound/test-columns.ts';
export type { SalesforcePing, ServerEnvironment } from './ping/ping-salesforce.ts';
export type { OnProgress, Phase, Progress } from './progress.ts';
export type { RunMeans } from './run-means.ts';
export { allowedRejects, type RunReport } from './run-report.ts';
export { type CaseOutcome, testMapping } from './test-mapping.ts';
export { keepYoungHeapSmall } from './young-heap.ts';
