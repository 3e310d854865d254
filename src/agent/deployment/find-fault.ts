/** Why an interface that was deployed cannot be used. */
import { reasonOf, type ValuePath } from '../../base/index.ts';
import {
  type AnyInterfaceDefinition,
  checkAnyInterface,
  checkCron,
  checkTargetForm,
  isOutbound,
} from '../../protocol/index.ts';
import { type DeployedConnection, type DeployedDefinition, scheduleOf } from './deployment.ts';

/** One sentence; undefined when nothing is wrong. */
export function findFault(
  definition: DeployedDefinition,
  connection: DeployedConnection | undefined,
): string | undefined {
  if (connection === undefined) return `The connection ${definition.connection}, which it names, was not deployed.`;
  try {
    checkAnyInterface(definition as AnyInterfaceDefinition, refuse);
    if (isOutbound(definition)) checkTargetForm(definition, connection.database.type, refuse);
    const schedule = scheduleOf(definition);
    if (schedule) checkCron(schedule, (path, reason) => refuse(['schedule', ...path], reason));
    return undefined;
  } catch (error) {
    // What was kept by another version of the agent may have another form.
    return error instanceof Fault ? error.message : `It cannot be read: ${reasonOf(error)}.`;
  }
}

class Fault extends Error {}

const refuse = (path: ValuePath, reason: string) => new Fault(`Its ${path.join('.')} ${reason}.`);
