/**
 * protocol: what agent, hub, command line and Console say to each other: shapes and their checks, nothing else.
 * Rule: it does nothing; whoever changes a shape changes both sides.
 * Read ping.ts first.
 */
export { notTried, type PingReport, type PingStep, pingReport, pingStep, pingStepStatuses } from './ping.ts';
