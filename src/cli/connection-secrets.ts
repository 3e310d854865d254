/** The secrets of a connection: references in its file, fetched only where the hub must be told them. */
import { type Environment, resolveSecret, SluiceError } from '../base/index.ts';
import type { ConnectionSettings, HubConnectionDefinition } from './connection-settings.ts';
import { settingsOfHub } from './connection-settings.ts';
import type { HubConnection } from './hub-definitions.ts';

const places = ['agent', 'database', 'salesforce'] as const;

type Place = (typeof places)[number];

export type Secrets = { [place in Place]?: string | undefined };

/** As an export names them, to be filled in where the file is applied. */
export function referencesFor(name: string): Record<Place, string> {
  const prefix = `env:SLUICE_SECRET_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
  return { agent: `${prefix}_AGENT`, database: `${prefix}_DATABASE`, salesforce: `${prefix}_CONSUMER` };
}

/** The references of a file. */
export function referencesOf({ agent, database, salesforce }: HubConnectionDefinition): Secrets {
  return {
    agent: 'password' in agent ? agent.password : undefined,
    database: 'password' in database ? database.password : undefined,
    salesforce: salesforce.consumerSecret,
  };
}

type Wanting = {
  definition: HubConnectionDefinition;
  settings: ConnectionSettings;
  present: HubConnection | undefined;
  /** All of them anew. */
  all: boolean;
};

type Finding = { environment: Environment; secretsFolder: string | undefined };

/**
 * Those that the hub has not, or has for another address. Saved without ping, those of database and org may be entered later.
 *
 * Errors: SECRET_MISSING and the others of references.
 */
export async function fetchSecrets(
  wanting: Wanting,
  { withoutPing, ...finding }: Finding & { withoutPing: boolean },
): Promise<Secrets> {
  const references = referencesOf(wanting.definition);
  const secrets: Secrets = {};
  for (const place of places) {
    const reference = references[place];
    if (reference === undefined || !isNeeded(place, wanting)) continue;
    const mayWait = withoutPing && place !== 'agent';
    const setting = `the ${labels[place]} of ${wanting.settings.name}`;
    const secret = await fetchOne(reference, { ...finding, setting, mayWait });
    if (secret !== undefined) secrets[place] = secret;
  }
  return secrets;
}

const labels = { agent: 'agent password', database: 'database password', salesforce: 'consumer secret' } as const;

type Fetching = Finding & { setting: string; mayWait: boolean };

async function fetchOne(reference: string, { mayWait, ...sources }: Fetching): Promise<string | undefined> {
  try {
    return await resolveSecret(reference, sources);
  } catch (error) {
    if (mayWait && error instanceof SluiceError && error.code === 'SECRET_MISSING') return undefined;
    throw error;
  }
}

/** A secret belongs to the address it was entered for. */
function isNeeded(place: Place, { settings, present, all, definition }: Wanting): boolean {
  if (all || present === undefined) return true;
  const before = settingsOfHub(present, { byId: 'id' in definition.agent });
  const isKept = {
    agent: true,
    database: present.database.passwordKept,
    salesforce: present.salesforce.consumerSecretKept,
  };
  return !isKept[place] || boundTo(place, settings) !== boundTo(place, before);
}

function boundTo(place: Place, { agent, database, salesforce }: ConnectionSettings): string {
  const { host, port } = database;
  const { myDomainUrl, tokenUrl, consumerKey } = salesforce;
  const owners = { agent, database: { host, port }, salesforce: { myDomainUrl, tokenUrl, consumerKey } };
  return JSON.stringify(owners[place]);
}

/** What is sent to the hub. */
export function bodyOf({ agent, database, salesforce, ...rest }: ConnectionSettings, secrets: Secrets): object {
  return {
    ...rest,
    agent: { ...agent, ...passwordOf(secrets.agent) },
    database: { ...database, ...passwordOf(secrets.database) },
    salesforce: { ...salesforce, ...(secrets.salesforce === undefined ? {} : { consumerSecret: secrets.salesforce }) },
  };
}

const passwordOf = (password: string | undefined) => (password === undefined ? {} : { password });
