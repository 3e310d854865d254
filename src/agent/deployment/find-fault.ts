/** Why an interface that was deployed cannot be used. */
import type { ValuePath } from '../../base/index.ts';
import { checkCron, checkInterface, type Deployment, type InterfaceDefinition } from '../../protocol/index.ts';
import { checkOutbound } from '../outbound/outbound-file.ts';
import type { DeployedConnection } from './deployment.ts';

type Definition = Deployment['interfaces'][number]['definition'];

/** One sentence; undefined when nothing is wrong. */
export function findFault(definition: Definition, connection: DeployedConnection | undefined): string | undefined {
  if (connection === undefined) return `The connection ${definition.connection}, which it names, was not deployed.`;
  try {
    if (definition.type === 'outbound') checkOutbound(definition, connection.database.type, refuse);
    else checkInbound(definition);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

function checkInbound(definition: InterfaceDefinition): void {
  checkInterface(definition, refuse);
  if (definition.schedule !== undefined)
    checkCron(definition.schedule, (path, reason) => refuse(['schedule', ...path], reason));
}

class Fault extends Error {}

const refuse = (path: ValuePath, reason: string) => new Fault(`Its ${path.join('.')} ${reason}.`);
