/**
 * protocol: what agent, hub, command line and Console say to each other: shapes and their checks, nothing else.
 * Rule: it does nothing; whoever changes a shape changes both sides.
 * Read agent-requests.ts first; docs/decisions/0017-hub-and-agent.md says what travels how.
 */
export {
  type AgentAnswer,
  type AgentHandlers,
  type AgentInput,
  type AgentRequestName,
  type AgentRequests,
  agentEndpointPath,
  agentEndpointPort,
  agentRequests,
  publicKeySchema,
} from './agent-requests.ts';
export { type ConnectionDefinition, connectionSchema, defaultPorts } from './connection-definition.ts';
export { type InterfaceDefinition, interfaceSchema, maxUploadBytes } from './interface-definition.ts';
export { notTried, type PingReport, type PingStep, pingReport, pingStep, pingStepStatuses } from './ping.ts';
export { openSecret, type SealedSecret, sealSecret } from './sealed-secret.ts';
