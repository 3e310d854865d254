/** An interface file of either direction, told apart by its `type`. */
import { dirname, resolve } from 'node:path';
import { type Environment, parseYamlFile } from '../../base/index.ts';
import {
  type AnyInterfaceDefinition,
  type ConnectionDefinition,
  checkAnyInterface,
  checkTargetForm,
  directionSchema,
  isOutbound as isOutboundDefinition,
  type OutboundDefinition,
  schemaOf,
} from '../../protocol/index.ts';
import { readConnectionFile } from '../connection-file.ts';
import { readDefinitionText } from '../definition-text.ts';
import type { LoadedInterface } from '../interface-file.ts';

/** An interface out of Salesforce with its connection, ready to run; holds references to secrets, not secrets. */
export type LoadedOutbound = {
  interface: OutboundDefinition;
  interfaceFile: string;
  connection: ConnectionDefinition;
  connectionFile: string;
  /** Of a run that was asked to read everything, whatever the bookmark says. */
  full?: boolean;
};

export type AnyLoaded = LoadedInterface | LoadedOutbound;

export function isOutbound(loaded: AnyLoaded): loaded is LoadedOutbound {
  return isOutboundDefinition(loaded.interface);
}

/** Reads an interface file of either direction and the connection file it names. Errors: as `loadInterface`. */
export function loadAnyInterface(file: string, environment: Environment): AnyLoaded {
  const { value, refuse } = parseAnyInterface(file, environment);
  const connectionFile = resolve(dirname(resolve(file)), value.connection);
  const connection = readConnectionFile(connectionFile, environment);
  if (isOutboundDefinition(value)) checkTargetForm(value, connection.database.type, refuse);
  return { interface: value, interfaceFile: resolve(file), connection, connectionFile } as AnyLoaded;
}

/** The interface alone: what it says of its connection is not looked at. Errors as above. */
export function readAnyInterface(file: string, environment: Environment): AnyInterfaceDefinition {
  return parseAnyInterface(file, environment).value;
}

/** Its type decides which schema it is held against. */
function parseAnyInterface(file: string, environment: Environment) {
  const text = readDefinitionText(file, environment);
  const { value: direction } = parseYamlFile(text, {
    file,
    schema: directionSchema,
    schemaName: 'interface.schema.json',
  });
  const { schema, schemaName } = schemaOf(direction);
  const { value, refuse } = parseYamlFile(text, { file, schema, schemaName });
  checkAnyInterface(value, refuse);
  return { value: value as AnyInterfaceDefinition, refuse };
}
