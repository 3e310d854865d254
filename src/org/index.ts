/**
 * org: the org in a box, a server that answers as a Salesforce org does.
 * Rule: it shares no code with src/salesforce; both read the same facts apart, and meet in tests only.
 * Read org.ts first, then routes/front-door.ts.
 */

export { exportMetadataOf, type ReadSetup, readSetup, readSetupFile } from './metadata/index.ts';
export { type Org, type OrgSettings, openOrg } from './org.ts';
export type { ApexAnswer, ApexHandler, ApexHandlers, ApexRequest } from './routes/apex-class.ts';
export { exportSetupOf, parseSetupFile, type Setup, setupFileSchema } from './setup/index.ts';
export { type SetupOperation, setupApiDescription } from './setup-api/index.ts';
export { keepHeapSteady } from './steady-heap.ts';
