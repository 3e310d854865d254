/** An interface file of either direction, told apart by its `type`. */
import { dirname, resolve } from 'node:path';
import { type Environment, parseYamlFile, Type, type ValuePath } from '../../base/index.ts';
import { type ConnectionDefinition, type OutboundDefinition, outboundSchema } from '../../protocol/index.ts';
import { readConnectionFile } from '../connection-file.ts';
import { readDefinitionText } from '../definition-text.ts';
import { type LoadedInterface, loadInterface } from '../interface-file.ts';

/** An interface out of Salesforce with its connection, ready to run; holds references to secrets, not secrets. */
export type LoadedOutbound = {
  interface: OutboundDefinition;
  interfaceFile: string;
  connection: ConnectionDefinition;
  connectionFile: string;
};

export type AnyLoaded = LoadedInterface | LoadedOutbound;

export function isOutbound(loaded: AnyLoaded): loaded is LoadedOutbound {
  return loaded.interface.type === 'outbound';
}

const directionSchema = Type.Object({ type: Type.Optional(Type.Enum(['inbound', 'outbound'])) });

/** Reads an interface file of either direction and the connection file it names. Errors: as `loadInterface`. */
export function loadAnyInterface(file: string, environment: Environment): AnyLoaded {
  const text = readDefinitionText(file, environment);
  const { value } = parseYamlFile(text, { file, schema: directionSchema, schemaName: 'interface.schema.json' });
  return value.type === 'outbound' ? loadOutbound(text, file, environment) : loadInterface(file, environment);
}

function loadOutbound(text: string, file: string, environment: Environment): LoadedOutbound {
  const { value, refuse } = parseYamlFile(text, {
    file,
    schema: outboundSchema,
    schemaName: 'outbound-interface.schema.json',
  });
  const connectionFile = resolve(dirname(resolve(file)), value.connection);
  const connection = readConnectionFile(connectionFile, environment);
  checkOutbound(value, connection.database.type, refuse);
  return { interface: value, interfaceFile: resolve(file), connection, connectionFile };
}

/** What no schema can say, at its place in the definition. */
export function checkOutbound(
  { target, fields = [], mapping = {} }: OutboundDefinition,
  database: ConnectionDefinition['database']['type'],
  refuse: (path: ValuePath, reason: string) => Error,
): void {
  const isFolder = database === 'csv';
  if ('table' in target && isFolder)
    throw refuse(
      ['target', 'table'],
      'is no file, but the connection is a folder of CSV files; write file: and its name',
    );
  if ('file' in target && !isFolder)
    throw refuse(['target', 'file'], `is no table, but the connection is a ${database} database; write table:`);
  if (target.deletedColumn !== undefined && (target.deleted ?? 'mark') !== 'mark')
    throw refuse(['target', 'deletedColumn'], 'is for deleted: mark only');
  const twice = fields.findIndex((name, place) => fields.indexOf(name) !== place);
  if (twice !== -1) throw refuse(['fields', twice], 'is named twice');
  if (mapping && Object.hasOwn(mapping, '')) throw refuse(['mapping'], 'has a column without a name');
}
