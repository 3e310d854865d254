/** What exists at Salesforce but not in the box: it answers as an unknown resource does, and the log says so. */
import type { Log } from '../../base/index.ts';

/** First segments below `/services/data/vNN.0`, or two, in small letters. */
const dataResources = new Set([
  ...[
    'actions',
    'analytics',
    'appmenu',
    'async-queries',
    'chatter',
    'commerce',
    'compactlayouts',
    'connect',
    'consent',
  ],
  ...['event', 'eventschema', 'folders', 'graphql', 'knowledgemanagement', 'licensing', 'metadata', 'nouns', 'process'],
  ...[
    'parameterizedsearch',
    'quickactions',
    'recent',
    'search',
    'support',
    'tabs',
    'theme',
    'tooling',
    'ui-api',
    'wave',
  ],
  ...['apps', 'composite', 'composite/batch', 'composite/graph', 'composite/tree'],
]);

/** Below `/sobjects/X/`, and below `/sobjects/X/describe/`. */
const objectResources = new Set([
  ...['approvallayouts', 'compactlayouts', 'defaultvalues', 'deleted', 'describe', 'eventschema', 'listviews'],
  ...['quickactions', 'relevantitems', 'updated'],
]);

/** Outside `/services/data`. */
const otherResources = [
  '/.well-known/',
  '/cometd/',
  '/id/keys',
  '/services/async/',
  '/services/oauth2/',
  '/services/soap/',
];

/** The name of the Salesforce resource behind a path, e.g. `composite/graph`; undefined when there is none. */
export function findUnsupported(path: string): string | undefined {
  const small = path.toLowerCase();
  const below = /^\/services\/data\/[^/]+\/(.+)$/.exec(small)?.[1];
  if (below === undefined) return otherResources.find((start) => `${small}/`.startsWith(start));
  const [first = '', second = '', third = ''] = below.split('/');
  if (first === 'sobjects') return objectResources.has(third) ? `sobjects/${third}` : undefined;
  const two = `${first}/${second}`;
  return dataResources.has(two) ? two : dataResources.has(first) ? first : undefined;
}

/** How the log says it, with the name of the thing under `unsupported`. */
export const unsupportedText = 'asked for what is at Salesforce but not in the box';

export function logUnsupported(log: Log, method: string, path: string): void {
  const unsupported = findUnsupported(path);
  if (unsupported !== undefined) log.warn({ unsupported, method, path }, unsupportedText);
}
