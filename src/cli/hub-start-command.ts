/** `sluice hub start`: the words and settings of the hub; what it does is in hub-start.ts. */
import { defineCommand, sharedSettings } from './command.ts';
import { integrateSettings } from './integrate-settings.ts';
import { metricsSettings } from './metrics-settings.ts';

/** Also of `sluice up`. */
export const hubListenSettings = {
  port: {
    kind: 'number',
    default: 8088,
    minimum: 0,
    maximum: 65_535,
    environment: 'SLUICE_HUB_PORT',
    placeholder: 'PORT',
    help: 'Port to listen on; 0 takes a free one.',
  },
  host: {
    kind: 'text',
    default: '127.0.0.1',
    environment: 'SLUICE_HUB_HOST',
    placeholder: 'HOST',
    help: 'Address to listen on.',
  },
  'public-url': {
    kind: 'text',
    environment: 'SLUICE_HUB_PUBLIC_URL',
    placeholder: 'URL',
    help: 'How callers reach the hub, when it is not http://HOST:PORT.',
  },
  'tls-certificate': {
    kind: 'text',
    environment: 'SLUICE_HUB_TLS_CERTIFICATE',
    placeholder: 'FILE',
    help: 'Certificate chain (PEM), for https.',
  },
  'tls-key': {
    kind: 'text',
    environment: 'SLUICE_HUB_TLS_KEY',
    placeholder: 'FILE',
    help: 'Private key (PEM) of the certificate.',
  },
  'allow-plain-http': { kind: 'switch', help: 'Listen without TLS on an address other than this machine alone.' },
} as const;

const settings = {
  ...hubListenSettings,
  data: {
    kind: 'text',
    default: '.sluice/hub',
    environment: 'SLUICE_HUB_DATA',
    placeholder: 'DIR',
    help: 'Folder that keeps all the hub knows; made when it is not there.',
  },
  'lease-seconds': {
    kind: 'number',
    default: 30,
    minimum: 5,
    maximum: 3_600,
    environment: 'SLUICE_HUB_LEASE_SECONDS',
    placeholder: 'N',
    help: 'How long an agent may take to take a run before it is given again.',
  },
  json: { kind: 'switch', help: 'Print one line of JSON when ready: url.' },
  ...integrateSettings,
  ...metricsSettings,
  'log-level': sharedSettings['log-level'],
} as const;

export type HubStartSettings = typeof settings;

export const hubStartCommand = defineCommand({
  name: 'hub start',
  summary: 'Start the hub: connections, interfaces and messages, with an API.',
  description:
    'Starts the hub and prints its address. It runs until Ctrl-C. At its first start it makes one administrator and says\n' +
    'the password: once on a terminal, else in a file for its owner alone.',
  positionals: [],
  settings,
  example: 'sluice hub start --port 8088',
  async run(invocation) {
    const { hubStart } = await import('./hub-start.ts');
    return await hubStart(invocation);
  },
});
