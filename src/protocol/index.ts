/**
 * protocol: what agent, hub, command line and Console say to each other: shapes and their checks, nothing else.
 * Rule: shapes, their checks, and the steps of a ping; whoever changes a shape changes both sides.
 * Read agent-requests.ts first; docs/decisions/0017-hub-and-agent.md says what travels how.
 */
export {
  type AgentDatabase,
  type AgentSalesforce,
  databaseAddress,
  salesforceAddress,
  tlsModes,
} from './agent-connection.ts';
export {
  type AgentAnswer,
  type AgentHandlers,
  type AgentInput,
  type AgentRequestName,
  type AgentRequests,
  agentEndpointPath,
  agentEndpointPort,
  agentRequests,
  columnSchema,
  describeSchema,
  maxSampleRows,
  objectSchema,
  publicKeySchema,
  sampledRecordsSchema,
  sampleRecordsWish,
  sampleRowSchema,
  sampleSchema,
  sourceSchema,
  triedRowsSchema,
} from './agent-requests.ts';
export {
  type AnyInterfaceDefinition,
  anyInterfaceSchema,
  checkAnyInterface,
  directionSchema,
  isOutbound,
  labelOf,
  saidByDefault,
  schemaOf,
} from './any-definition.ts';
export { type ConnectionDefinition, connectionSchema, defaultPorts } from './connection-definition.ts';
export {
  dialOutPaths,
  type GivenRequest,
  heartbeatMs,
  longestWaitMs,
  mostRequestsAtOnce,
  type Registered,
  type Registration,
  type RequestAnswer,
  type RequestPoll,
  registrationSchema,
  requestAnswerSchema,
  requestPollSchema,
} from './dial-out.ts';
export { type IntegrationDefinition, integrationSchema, integrationStates } from './integration-definition.ts';
export { type InterfaceDefinition, interfaceSchema, maxUploadBytes } from './interface-definition.ts';
export { checkInterface, checkSchedule } from './interface-definition-check.ts';
export {
  interfaceStatuses,
  maxSequence,
  type ScheduleDefinition,
  scheduleSchema,
} from './interface-definition-in-hub.ts';
export { deletedOf, type OutboundDefinition, outboundSchema } from './outbound-definition.ts';
export { checkTargetForm } from './outbound-definition-check.ts';
export { notTried, type PingReport, type PingStep, pingReport, pingStep, pingStepStatuses } from './ping.ts';
export { type Found, type PingOptions, runPingSteps, type Step } from './ping-steps.ts';
export { protocolHeader, protocolSince, protocolVersion, readProtocolVersion } from './protocol-version.ts';
export {
  maxKeyLength,
  maxReasonLength,
  maxReportsInBatch,
  maxRowsInReport,
  type Report,
  type ReportBatch,
  type ReportBody,
  type ReportedRow,
  reportBatchSchema,
  reportSchema,
  runEndings,
  type ToldRow,
  toldRow,
  untoldRow,
} from './reports.ts';
export { type Deployment, deploymentSchema, longestRunWaitMs, maxPartCharacters } from './run-requests.ts';
export { checkCron, nextRuns } from './schedule.ts';
export { openSecret, type SealedSecret, sealSecret } from './sealed-secret.ts';
