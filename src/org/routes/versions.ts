/** The versions of the API: 31.0 to the current one, three a year, and the directory of resources of each. */
import type { Answer, Call, OrgParts, Resource } from './call.ts';
import { resourceNotFound, versionRetired } from './refusals.ts';

export const oldestVersion = 31;
export const currentVersion = 68;

/** Versions below `oldestVersion` that existed once; they answer 410. */
const oldestEver = 7;

/** 31.0 was Summer '14; then Winter (of the next year), Spring, Summer. */
export function labelOf(version: number): string {
  const season = ['Summer', 'Winter', 'Spring'][(version - oldestVersion) % 3];
  const year = 14 + Math.floor((version - oldestVersion + 2) / 3);
  return `${season} '${year}`;
}

/** `GET /services/data`, for which no token is needed. */
export function listVersions(): object[] {
  const count = currentVersion - oldestVersion + 1;
  return Array.from({ length: count }, (_, index) => {
    const version = `${oldestVersion + index}.0`;
    return { label: labelOf(oldestVersion + index), url: `/services/data/v${version}`, version };
  });
}

/** The number of `v68.0` or `latest`; throws what Salesforce answers to a retired or an unknown version. */
export function readVersion(segment: string): number {
  if (segment.toLowerCase() === 'latest') return currentVersion;
  const version = Number(/^v(\d{1,3})\.0$/i.exec(segment)?.[1] ?? Number.NaN);
  if (version >= oldestVersion && version <= currentVersion) return version;
  if (version >= oldestEver && version < oldestVersion) throw versionRetired(`${version}.0`);
  throw resourceNotFound();
}

/** The names Salesforce lists; not all of them are there in the box, and those answer 404. */
const directoryNames = [
  'tooling',
  'metadata',
  'eventSchema',
  'folders',
  'appMenu',
  'quickActions',
  'queryAll',
  'commerce',
  'wave',
  'licensing',
  'support',
  'analytics',
  'limits',
  'parameterizedSearch',
  'process',
  'sobjects',
  'composite',
  'theme',
  'nouns',
  'event',
  'connect',
  'actions',
  'tabs',
  'recent',
  'jobs',
  'search',
  'chatter',
  'compactLayouts',
  'ui-api',
  'query',
  'graphql',
  'knowledgeManagement',
];

function directory(call: Call, org: OrgParts): Answer {
  const entries: [string, string][] = directoryNames.map((name) => [name, `${call.base}/${name}`]);
  entries.push(['identity', identityUrl(org, call.session.userId)]);
  return { status: 200, json: Object.fromEntries(entries) };
}

/** The address of a user's identity: the box's own, since clients follow it. */
export function identityUrl(org: OrgParts, userId: string): string {
  return `${org.instanceUrl()}/id/${org.setup.organizationId}/${userId}`;
}

export const directoryResources: readonly Resource[] = [{ path: '/', methods: { GET: directory } }];
