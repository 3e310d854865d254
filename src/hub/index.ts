/**
 * hub: connections, interfaces, schedules and messages in one place, with an API for the Console, the command line and agents.
 * Rule: it reaches databases and Salesforce through agents alone, and calls no host that is no remote site.
 * Read hub.ts first, then api/operations.ts and store/hub-store.ts.
 */
export { type HubOperation, hubApiDescription } from './api/operations.ts';
export { type Hub, type HubSettings, openHub } from './hub.ts';
