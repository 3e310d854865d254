/** `sluice agent start`: the words and settings of the agent; what it does is in agent-start.ts. */
import { defineCommand, sharedSettings } from './command.ts';
import { keptRunsSettings } from './kept-runs-settings.ts';
import { metricsSettings } from './metrics-settings.ts';

/** What an agent may reach; also of `sluice up`. */
export const agentReachSettings = {
  files: {
    kind: 'text',
    environment: 'SLUICE_AGENT_FILES',
    placeholder: 'DIR',
    help: 'The folder inside which SQLite and CSV files lie; without it no connection reads files.',
  },
  'allow-host': {
    kind: 'text',
    environment: 'SLUICE_AGENT_ALLOW_HOST',
    placeholder: 'HOST,…',
    help: 'Hosts besides *.my.salesforce.com at which it may sign in, as HOST or HOST:PORT.',
  },
} as const;

const settings = {
  hub: {
    kind: 'text',
    environment: 'SLUICE_AGENT_HUB',
    placeholder: 'URL',
    help: 'The hub to dial out to; its own endpoint is then off.',
  },
  code: {
    kind: 'text',
    environment: 'SLUICE_AGENT_CODE',
    placeholder: 'CODE',
    help: 'One-time code to register at the hub with, at the first start.',
  },
  'hub-certificate': {
    kind: 'text',
    environment: 'SLUICE_AGENT_HUB_CERTIFICATE',
    placeholder: 'FILE',
    help: 'The only certificate of the hub to trust (PEM); else those that the system trusts.',
  },
  endpoint: { kind: 'switch', help: 'Its own endpoint also with --hub.' },
  port: {
    kind: 'number',
    default: 9055,
    minimum: 0,
    maximum: 65_535,
    environment: 'SLUICE_AGENT_PORT',
    placeholder: 'PORT',
    help: 'Port of its endpoint; 0 takes a free one.',
  },
  host: {
    kind: 'text',
    default: '127.0.0.1',
    environment: 'SLUICE_AGENT_HOST',
    placeholder: 'HOST',
    help: 'Address of its endpoint.',
  },
  'plain-http': { kind: 'switch', help: 'Plain http instead of its own certificate; on this machine alone.' },
  'allow-plain-http': { kind: 'switch', help: 'Plain http on an address other than this machine alone, too.' },
  data: {
    kind: 'text',
    default: '.sluice/agent',
    environment: 'SLUICE_AGENT_DATA',
    placeholder: 'DIR',
    help: 'Folder that keeps who the agent is and its ledger; made when it is not there.',
  },
  ...agentReachSettings,
  'runs-at-once': {
    kind: 'number',
    default: 2,
    minimum: 1,
    maximum: 32,
    environment: 'SLUICE_AGENT_RUNS_AT_ONCE',
    placeholder: 'COUNT',
    help: 'How many interfaces run at once; runs of one interface always go one after the other.',
  },
  ...keptRunsSettings,
  json: { kind: 'switch', help: 'Print one line of JSON when ready: url, username, hub.' },
  ...metricsSettings,
  'log-level': sharedSettings['log-level'],
} as const;

export type AgentStartSettings = typeof settings;

export const agentStartCommand = defineCommand({
  name: 'agent start',
  summary: 'Start an agent: what works beside a database, and does what the hub asks.',
  description:
    'Starts an agent and prints the address of its endpoint. It runs until Ctrl-C. At its first start it makes its\n' +
    'certificate, which the hub pins, and its user and password: shown once on a terminal, else in a file for its owner\n' +
    'alone. With --hub it dials out instead, so that nothing need reach it: it registers with a code that the Console makes.\n' +
    'What it was told to do it keeps: schedules run while the hub is away, and a run that was cut off goes on at the next start.',
  positionals: [],
  settings,
  example: 'sluice agent start --host 0.0.0.0',
  async run(invocation) {
    const { agentStart } = await import('./agent-start.ts');
    return await agentStart(invocation);
  },
});
