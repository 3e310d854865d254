/** Reads a folder of connections, integrations and interfaces as files say them. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Environment, expandEnvironment, parseYamlFile, reasonOf, SluiceError } from '../base/index.ts';
import {
  type AnyInterfaceDefinition,
  connectionSchema,
  type IntegrationDefinition,
  integrationSchema,
} from '../protocol/index.ts';
import { type HubConnectionDefinition, isForHub } from './connection-settings.ts';
import { integrationFile } from './export-files.ts';
import { yamlFilesIn } from './yaml-files.ts';

export type FileInterface = { file: string; definition: AnyInterfaceDefinition & { integration: string } };

export type FileConnection = { file: string; definition: HubConnectionDefinition };

export type FileDefinitions = {
  /** Those that say how a hub reaches their agent; the others are only named. */
  connections: FileConnection[];
  integrations: { file: string; definition: IntegrationDefinition }[];
  interfaces: FileInterface[];
};

const connectionFile = /\.connection\.ya?ml$/i;

/**
 * All of a folder. An interface belongs to the integration it names, else to that of its folder; its connection becomes a name.
 *
 * @throws SluiceError FILE_UNREADABLE, FILE_INVALID with the place in the file, and those of variables.
 */
export async function readDefinitionFiles(folder: string, environment: Environment): Promise<FileDefinitions> {
  const { readAnyInterface } = await import('../agent/index.ts');
  const files = yamlFilesOf(folder);
  const integrations = files
    .filter((file) => basename(file) === integrationFile)
    .map((file) => ({ file, definition: readIntegration(file, environment) }));
  const nameOf = (path: string) =>
    existsSync(path) ? parseConnection(path, environment).value.name : basename(path).replace(connectionFile, '');
  const interfaces = files
    .filter((file) => basename(file) !== integrationFile && !connectionFile.test(file))
    .map((file) => {
      const { $schema: _, ...read } = readAnyInterface(file, environment);
      const around = integrations.find((one) => dirname(one.file) === dirname(file))?.definition.name;
      const integration = read.integration ?? around ?? refuseWithoutIntegration(file);
      return {
        file,
        definition: { ...read, integration, connection: nameOf(resolve(dirname(file), read.connection)) },
      };
    });
  const connections = files
    .filter((file) => connectionFile.test(file))
    .flatMap((file) => readConnection(file, environment) ?? []);
  refuseTwice(connections, 'connection');
  refuseTwice(integrations, 'integration');
  refuseTwice(interfaces, 'interface');
  return { connections, integrations, interfaces };
}

function yamlFilesOf(folder: string): string[] {
  const refuse = (reason: string) => new SluiceError('FILE_UNREADABLE', { file: folder, reason });
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) throw refuse('it is not there');
  if (!found.isDirectory()) throw refuse('it is a file, and a folder is meant');
  const files = yamlFilesIn(folder).map((path) => join(folder, path));
  if (files.length === 0) throw refuse('it holds no YAML files');
  return files;
}

/** As it is written: its files lie where the agent has them, not beside this one. */
function readConnection(file: string, environment: Environment): FileConnection | undefined {
  const { value, refuse } = parseConnection(file, environment);
  if (!isForHub(value)) return undefined;
  const kind = value.salesforce.environment;
  if (kind === undefined || kind === 'box')
    throw refuse(['salesforce', 'environment'], 'must be production or sandbox for the hub, which holds the org to it');
  return { file, definition: value };
}

function parseConnection(file: string, environment: Environment) {
  return parseYamlFile(expandEnvironment(readText(file), environment), {
    file,
    schema: connectionSchema,
    schemaName: 'connection.schema.json',
  });
}

function readIntegration(file: string, environment: Environment): IntegrationDefinition {
  const { value } = parseYamlFile(expandEnvironment(readText(file), environment), {
    file,
    schema: integrationSchema,
    schemaName: 'integration.schema.json',
  });
  return value;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  }
}

function refuseWithoutIntegration(file: string): never {
  const reason = `integration is missing: say it here, or in a file ${integrationFile} beside this one.`;
  throw new SluiceError('FILE_INVALID', { file, position: '', reason, schema: 'interface.schema.json' });
}

/** Names are the same in any case. */
function refuseTwice(read: readonly { file: string; definition: { name: string } }[], kind: string): void {
  const seen = new Map<string, string>();
  for (const { file, definition } of read) {
    const name = definition.name.toLowerCase();
    const other = seen.get(name);
    if (other !== undefined) {
      const reason = `name is ${definition.name}, as in ${other}; each ${kind} has a name of its own.`;
      throw new SluiceError('FILE_INVALID', { file, position: '', reason, schema: `${kind}.schema.json` });
    }
    seen.set(name, file);
  }
}
