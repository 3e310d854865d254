/** An interface file: one exchange of data in one direction, as a person writes it in YAML. */
import { dirname, resolve } from 'node:path';
import { type Environment, parseYamlFile } from '../base/index.ts';
import {
  type ConnectionDefinition,
  checkInterface,
  type InterfaceDefinition,
  interfaceSchema,
} from '../protocol/index.ts';
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
function readInterface(file: string, environment: Environment): InterfaceDefinition {
  const { value, refuse } = parseYamlFile(readDefinitionText(file, environment), {
    file,
    schema: interfaceSchema,
    schemaName: 'interface.schema.json',
  });
  checkInterface(value, refuse);
  return value;
}
