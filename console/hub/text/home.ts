/** Words of Home. */
export const home = {
  lead: 'Connections between databases and Salesforce, and what moves over them.',
  tiles: {
    integrations: 'What belongs together, with its interfaces.',
    remoteSites: 'The hosts that the hub may call.',
    connections: 'An agent, the database beside it, and a Salesforce org.',
    agents: 'Those that connections lead to.',
    apiClients: 'Programs that send records in.',
    people: 'Who may work in the Console.',
  },
  attention: 'What needs attention',
  nothing: 'Nothing needs attention.',
  begin:
    'There is no connection yet. Begin with an address under Remote Sites, or with an agent that dials in; then save a connection.',
  unverified: (name: string) => `The connection ${name} is unverified: ping it in both directions.`,
  away: (name: string) => `The agent ${name} is not connected.`,
  notTold: (name: string, error: string) => `The agent ${name} was not given its work: ${error}`,
  failedMessages: (count: number, more: boolean) => {
    if (more) return `${count.toLocaleString()} messages or more failed.`;
    return count === 1 ? '1 message failed.' : `${count.toLocaleString()} messages failed.`;
  },
  endedRun: (name: string, status: string) => `The last run of ${name} ended: ${status}.`,
  inactive: (name: string, state: string) => `The integration ${name} is ${state}: its interfaces do not run.`,
  messages: 'Messages',
  statuses: ['New', 'Pending', 'Processing', 'Completed', 'Failed', 'Cancelled'],
  atLeast: (count: string) => `${count} or more`,
  runs: 'Last runs',
  noRuns: 'Nothing ran yet.',
  runColumns: {
    interface: 'Interface',
    startedAt: 'Started',
    status: 'Status',
    read: 'Read',
    succeeded: 'Succeeded',
    rejected: 'Rejected',
    unknown: 'Unknown',
    rate: 'Rows a Second',
  },
} as const;
