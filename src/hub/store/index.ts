/** The hub's store: all that must outlive its process. Nothing else of the hub touches SQLite. */
export { cutKey, type NewMessage } from './accepted-messages.ts';
export type { AgentSeen, HubAgent } from './agents.ts';
export type { AcceptedCall, Begun, CallMessage, CallMode, KeptCall, NewCall, Settled } from './calls.ts';
export type { HubClient } from './clients.ts';
export { type Connection, connectionTypes, type KeptSalesforce, type NewConnection } from './connections.ts';
export type { MadeDeployment } from './deployments.ts';
export type { DialledAgent } from './dialled-agents.ts';
export { type HubStore, openHubStore } from './hub-store.ts';
export type { Integration, NewIntegration } from './integrations.ts';
export type { InterfaceVersion } from './interface-versions.ts';
export type { KeptDefinition, KeptInterface } from './interfaces.ts';
export type { Answer, KeptAnswer, Once } from './kept-answers.ts';
export { type Person, type Role, roles } from './people.ts';
export type { NewRemoteSite, RemoteSite } from './remote-sites.ts';
export type { Kept } from './reports.ts';
export { type HubRun, runStates, runTriggers } from './run-rows.ts';
export type { Asked } from './runs.ts';
export type { Session } from './sessions.ts';
