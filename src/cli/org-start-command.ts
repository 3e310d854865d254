/** `sluice org start`: the words and settings of the org in a box; what it does is in org-start.ts. */
import { defineCommand, sharedSettings } from './command.ts';

const settings = {
  port: {
    kind: 'number',
    default: 8080,
    minimum: 0,
    maximum: 65_535,
    environment: 'SLUICE_ORG_PORT',
    placeholder: 'PORT',
    help: 'Port to listen on; 0 takes a free one.',
  },
  host: {
    kind: 'text',
    default: '127.0.0.1',
    environment: 'SLUICE_ORG_HOST',
    placeholder: 'HOST',
    help: 'Address to listen on.',
  },
  'instance-url': {
    kind: 'text',
    environment: 'SLUICE_ORG_INSTANCE_URL',
    placeholder: 'URL',
    help: 'How callers reach the org, when it is not http://HOST:PORT.',
  },
  'allow-plain-http': { kind: 'switch', help: 'Listen without TLS on an address other than this machine alone.' },
  data: {
    kind: 'text',
    environment: 'SLUICE_ORG_DATA',
    placeholder: 'DIR',
    help: 'Folder that keeps the org; all in it survives a crash (default .sluice/org)',
  },
  memory: { kind: 'switch', help: 'Keep nothing: the org is gone when it stops.' },
  setup: {
    kind: 'text',
    environment: 'SLUICE_ORG_SETUP',
    placeholder: 'PATH',
    help: 'Setup file (YAML): users, apps, objects, faults; or the folder of a Salesforce DX project.',
  },
  json: { kind: 'switch', help: 'Print one line of JSON when ready: url, consumerKey, consumerSecret, runAs.' },
  'log-level': sharedSettings['log-level'],
} as const;

export type OrgStartSettings = typeof settings;

export const orgStartCommand = defineCommand({
  name: 'org start',
  summary: 'Start an org in a box: a Salesforce-compatible server to build and test against.',
  description:
    'Starts an org in a box and prints its address and the consumer key and secret of its connected app. It runs until\n' +
    'Ctrl-C. Without a setup file it has the standard objects, one integration user and one connected app. At its first\n' +
    'start it also says who may log in to Setup: the password once on a terminal, else in a file for its owner alone.\n' +
    'With a Salesforce DX project it has the objects, apps and rights of that; what it has not is said and left out.',
  positionals: [],
  settings,
  example: 'sluice org start --memory --port 8080',
  async run(invocation) {
    const { orgStart } = await import('./org-start.ts');
    return await orgStart(invocation);
  },
});
