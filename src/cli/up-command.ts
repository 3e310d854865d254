/** `sluice up`: the words and settings of hub and agent in one; what it does is in up.ts. */
import { agentReachSettings } from './agent-start-command.ts';
import { defineCommand, sharedSettings } from './command.ts';
import { hubListenSettings } from './hub-start-command.ts';
import { integrateSettings } from './integrate-settings.ts';
import { keptRunsSettings } from './kept-runs-settings.ts';
import { metricsSettings } from './metrics-settings.ts';

const settings = {
  ...hubListenSettings,
  data: {
    kind: 'text',
    environment: 'SLUICE_DATA',
    placeholder: 'DIR',
    help: 'Folder of all that is kept, in hub/ and agent/; .sluice when left out, and with --demo one that goes when it stops.',
  },
  demo: {
    kind: 'switch',
    help: 'Add an org in a box, a filled database, and connection and interfaces for them: something to try.',
  },
  ...agentReachSettings,
  ...keptRunsSettings,
  json: {
    kind: 'switch',
    help: 'Print one line of JSON when ready: url, data, agent, and with --demo where org and database are.',
  },
  ...integrateSettings,
  ...metricsSettings,
  'log-level': sharedSettings['log-level'],
} as const;

export type UpSettings = typeof settings;

export const upCommand = defineCommand({
  name: 'up',
  summary: 'Start all of Sluice: hub and agent in one program, with nothing to set up.',
  description:
    'Starts a hub, and an agent that works for it, in one process with one data folder, and prints the address. It runs until\n' +
    'Ctrl-C. The first start makes one administrator and says the password: once on a terminal, else in a file for its owner\n' +
    'alone. The agent registers by itself. More agents, elsewhere, can work for the same hub ("sluice agent start --hub").\n' +
    'With --demo it also opens an org in a box and a database with rows, and deploys five interfaces between them.',
  positionals: [],
  settings,
  example: 'sluice up',
  async run(invocation) {
    const { up } = await import('./up.ts');
    return await up(invocation);
  },
});
