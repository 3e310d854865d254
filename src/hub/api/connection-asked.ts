/** Asks the agent of a connection. */
import { type ErrorCode, errorTable, SluiceError } from '../../base/index.ts';
import type { AgentAnswer, AgentInput, AgentRequestName, AgentSalesforce } from '../../protocol/index.ts';
import { ApiRefused, refuseCall } from '../../web/index.ts';
import type { HubParts } from '../hub-parts.ts';
import { getBefore, getConnection } from './connection-operations.ts';

/** With its secret. Throws ApiRefused 409 without one. */
export function salesforceOf(id: string | undefined, parts: HubParts): AgentSalesforce {
  const { consumerSecret, ...salesforce } = getConnection(id, parts).salesforce;
  if (consumerSecret !== undefined) return { ...salesforce, consumerSecret };
  throw refuseCall(409, 'No Consumer Secret is kept for this connection.', 'Edit the connection, and enter it.');
}

type Asking<Name extends AgentRequestName> = [
  name: Name,
  input: AgentInput<Name>,
  id: string | undefined,
  parts: HubParts,
];

/** What keeps the agent from answering is said as it is: throws ApiRefused. */
export async function askAgent<Name extends AgentRequestName>(...asking: Asking<Name>): Promise<AgentAnswer<Name>> {
  try {
    return await ask(...asking);
  } catch (error) {
    throw refusalOf(error);
  }
}

/** Undefined when the agent says that what is asked for is not there, by this code. */
export async function findByAgent<Name extends AgentRequestName>(
  missing: ErrorCode,
  ...asking: Asking<Name>
): Promise<AgentAnswer<Name> | undefined> {
  try {
    return await ask(...asking);
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'AGENT_REFUSED' && error.values.code === missing)
      return undefined;
    throw refusalOf(error);
  }
}

async function ask<Name extends AgentRequestName>(
  ...[name, input, id, parts]: Asking<Name>
): Promise<AgentAnswer<Name>> {
  const { ways } = parts;
  return await ways.linkAt(ways.wayTo(getBefore(id, parts).agent)).ask(name, input);
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof SluiceError) || error.code === 'KEY_FILE_INVALID') return error;
  const { message, next, code } = error;
  const status = errorTable[code].status < 500 ? errorTable[code].status : 422;
  return new ApiRefused({ status, errors: [{ field: null, message, next }], headers: { 'Sluice-Error': code } });
}
