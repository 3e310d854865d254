/** Words of Home. */

/** What a sentence may name of what needs attention. */
type Told = { name: string; count: number; more: boolean; of: number; detail: string };

function messagesText(count: number, more: boolean): string {
  if (more) return `${count.toLocaleString()} messages or more`;
  return count === 1 ? '1 message' : `${count.toLocaleString()} messages`;
}

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
  attention: {
    title: 'What Needs Attention',
    nothing: 'Nothing needs attention.',
    areas: {
      noConnection: { label: 'Begin', tone: 'info' },
      unknownMessages: { label: 'Messages', tone: 'alarm' },
      failedMessages: { label: 'Messages', tone: 'alarm' },
      lastRun: { label: 'Run', tone: 'alarm' },
      agentAway: { label: 'Agent', tone: 'alarm' },
      agentNotTold: { label: 'Agent', tone: 'alarm' },
      schedulesMissed: { label: 'Schedule', tone: 'warn' },
      apiCalls: { label: 'API Calls', tone: 'warn' },
      inactive: { label: 'Integration', tone: 'warn' },
      unverified: { label: 'Connection', tone: 'warn' },
      consumerSecret: { label: 'Secret', tone: 'warn' },
      clientSecret: { label: 'Secret', tone: 'warn' },
    },
    sentences: {
      noConnection: () =>
        'There is no connection yet. Begin with an address under Remote Sites, or with an agent that dials in; then save a connection.',
      unknownMessages: ({ count, more }) =>
        `${messagesText(count, more)} of unknown outcome: look into the org, and resolve what became of them.`,
      failedMessages: ({ count, more }) => `${messagesText(count, more)} failed.`,
      lastRun: ({ name, detail }) => `The last run of ${name} ended: ${detail}.`,
      agentAway: ({ name }) => `The agent ${name} is not connected.`,
      agentNotTold: ({ name, detail }) => `The agent ${name} was not given its work: ${detail}`,
      schedulesMissed: ({ name, count }) =>
        count === 1
          ? `A scheduled run of ${name} was left out in the last 24 hours.`
          : `${count.toLocaleString()} scheduled runs of ${name} were left out in the last 24 hours.`,
      apiCalls: ({ name, count, of }) =>
        `The org of ${name} has used ${count.toLocaleString()} of ${of.toLocaleString()} API calls; when none are left, nothing moves.`,
      inactive: ({ name, detail }) => `The integration ${name} is ${detail}: its interfaces do not run.`,
      unverified: ({ name }) => `The connection ${name} is unverified: ping it in both directions.`,
      consumerSecret: ({ name, count }) =>
        `The consumer secret of ${name} is ${count.toLocaleString()} days old: stage a new one in Salesforce, and switch to it.`,
      clientSecret: ({ name, count }) =>
        `The secret of the API client ${name} is ${count.toLocaleString()} days old: rotate it.`,
    } satisfies Record<string, (matter: Told) => string>,
  },
  throughput: {
    title: 'Rows Over Time',
    span: 'Over the Last',
    spans: { hour: 'Hour', day: 'Day', week: 'Week' },
    interface: 'Interface',
    all: 'All interfaces',
    spanTotal: { hour: 'Rows of the last hour', day: 'Rows of the last day', week: 'Rows of the last week' },
    outcomes: { succeeded: 'Succeeded', rejected: 'Rejected', unknown: 'Unknown' },
    counts: {
      succeeded: (count: string) => `${count} succeeded`,
      rejected: (count: string) => `${count} rejected`,
      unknown: (count: string) => `${count} unknown`,
    },
    busiest: (time: string, rows: string) => `Most rows at ${time}: ${rows}.`,
    point: 'Point at a bar to see its rows, or open the table.',
    noChart: 'The chart could not be loaded; the table has the same rows. Load the page again to try once more.',
    asTable: 'As a table',
    table: 'Rows by time',
    from: 'From',
    nothing: {
      hour: 'Nothing moved in the last hour.',
      day: 'Nothing moved in the last day.',
      week: 'Nothing moved in the last week.',
    },
    begin: 'Tick an interface on the Agent Control Board and choose Manual Process, or give it a schedule.',
    toBoard: 'Agent Control Board',
  },
  apiCalls: {
    title: 'API Calls',
    none: 'There is no connection to an org yet.',
    notRead: 'Not read yet: ping the connection, or run one of its interfaces.',
    used: (used: string, allowed: string, share: string) => `${used} of ${allowed} used in 24 hours (${share})`,
    lessThan: (share: string) => `less than ${share}`,
    readAt: 'Read',
  },
  messages: 'Messages',
  statuses: ['New', 'Pending', 'Processing', 'Completed', 'Failed', 'Cancelled'],
  atLeast: (count: string) => `${count} or more`,
  runs: 'Last Runs',
  runsTable: 'Runs, the last one first',
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
