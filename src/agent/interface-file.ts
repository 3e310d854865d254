/** An interface file: one exchange of data in one direction, as a person writes it in YAML. */
import { dirname, resolve } from 'node:path';
import { type Environment, parseYamlFile, SluiceError, type YamlFile } from '../base/index.ts';
import { checkTestCases, planMapping } from '../mapping/index.ts';
import { type ConnectionDefinition, type InterfaceDefinition, interfaceSchema } from '../protocol/index.ts';
import { readConnectionFile } from './connection-file.ts';
import { readDefinitionText } from './definition-text.ts';

/** An interface with its connection, ready to run; holds references to secrets, not secrets. */
export type LoadedInterface = {
  interface: InterfaceDefinition;
  interfaceFile: string;
  connection: ConnectionDefinition;
  connectionFile: string;
};

/**
 * Reads an interface file and the connection file it names.
 *
 * Errors: FILE_UNREADABLE, FILE_INVALID with the place in the file, VARIABLE_MISSING, VARIABLE_NOT_ALLOWED.
 */
export function loadInterface(file: string, environment: Environment): LoadedInterface {
  const value = readInterface(file, environment);
  const connectionFile = resolve(dirname(resolve(file)), value.connection);
  return {
    interface: value,
    interfaceFile: resolve(file),
    connection: readConnectionFile(connectionFile, environment),
    connectionFile,
  };
}

/** The interface alone: what it says of its connection is not looked at. Errors as above. */
export function readInterface(file: string, environment: Environment): InterfaceDefinition {
  const { value, refuse } = parseYamlFile(readDefinitionText(file, environment), {
    file,
    schema: interfaceSchema,
    schemaName: 'interface.schema.json',
  });
  checkSense(value, refuse);
  checkTestCases(value.tests ?? [], Object.keys(value.mapping), refuse);
  return value;
}

/** What no schema can say, at its place in the file. */
function checkSense(value: InterfaceDefinition, refuse: YamlFile<unknown>['refuse']): void {
  const { operation, externalId, mapping, timeZone, nulls = 'clear' } = value;
  if (operation === 'upsert' && externalId === undefined) {
    throw refuse(['operation'], 'is upsert, which needs externalId: the field by which records are told apart');
  }
  if (operation !== 'upsert' && externalId !== undefined) {
    throw refuse(['externalId'], `is for upsert only; ${operation} takes no such field`);
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw refuse(['timeZone'], `"${timeZone}" is no IANA time zone, such as Europe/Berlin`);
  }
  try {
    planMapping(mapping, { operation, externalId, defaultNulls: nulls });
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'MAPPING_INVALID') throw error;
    throw refuse(
      ['mapping', String(error.values.where)],
      `is not usable: ${error.values.reason}. ${error.values.hint}`,
    );
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
