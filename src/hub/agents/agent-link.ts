/** How the hub asks an agent, whichever of them dialled. */
import { Compile } from 'typebox/schema';
import { type ErrorCode, SluiceError } from '../../base/index.ts';
import { type AgentAnswer, type AgentInput, type AgentRequestName, agentRequests } from '../../protocol/index.ts';

export type AgentLink = {
  /**
   * The agent's answer, checked against the protocol.
   *
   * @throws SluiceError AGENT_UNREACHABLE, AGENT_TOO_SLOW, AGENT_ANSWER_INVALID, AGENT_REFUSED with what the agent said, and what
   * the way to it throws.
   */
  ask<Name extends AgentRequestName>(
    name: Name,
    input: AgentInput<Name>,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<AgentAnswer<Name>>;
};

/** What the other side says no with: our form of errors, and the code of the agent's own. */
type Said = { status: number; json: unknown; errorCode: string | undefined };

const compiled = new Map<AgentRequestName, ReturnType<typeof Compile>>();

/** Turns what came back into an answer or an error. */
export function readAgentAnswer<Name extends AgentRequestName>(name: Name, said: Said): AgentAnswer<Name> {
  if (said.status !== 200) throw refusalOf(name, said);
  const check = compiled.get(name) ?? Compile(agentRequests[name].answer as never);
  compiled.set(name, check);
  if (!check.Check(said.json))
    throw new SluiceError('AGENT_ANSWER_INVALID', {
      request: name,
      reason: 'it does not have the form of the protocol',
    });
  return said.json as AgentAnswer<Name>;
}

function refusalOf(name: AgentRequestName, { status, json, errorCode }: Said): SluiceError {
  const [first] = (Object(json) as { errors?: { message?: unknown; next?: unknown }[] }).errors ?? [];
  if (typeof first?.message !== 'string' || typeof first.next !== 'string')
    return new SluiceError('AGENT_ANSWER_INVALID', { request: name, reason: `it came with status ${status}` });
  const code: ErrorCode = status === 401 ? 'AGENT_LOGIN_REFUSED' : 'AGENT_REFUSED';
  return new SluiceError(code, { message: first.message, next: first.next, code: errorCode ?? String(status) });
}
