/** Does what one request asks for, and turns what came of it into an answer for the hub. */
import { type Log, SluiceError } from '../base/index.ts';
import {
  type AgentHandlers,
  type AgentRequestName,
  agentRequests,
  type GivenRequest,
  type RequestAnswer,
} from '../protocol/index.ts';
import { ApiRefused, checkBody, refuseCall } from '../web/index.ts';
import { untilAborted } from './until-aborted.ts';

type Means = { handlers: AgentHandlers; log: Log };
type Asked = Omit<GivenRequest, 'id'>;

/** Never throws, but for the signal; a handler that does not listen to its deadline is waited for no longer. */
export async function answerRequest(means: Means, request: Asked, signal: AbortSignal): Promise<RequestAnswer> {
  const { name, input, withinMs } = request;
  const deadline = AbortSignal.timeout(Math.max(1, withinMs));
  try {
    const known = requestNameOf(name);
    checkBody(agentRequests[known].input, input);
    const until = AbortSignal.any([signal, deadline]);
    const work = async () => await means.handlers[known](input as never, { signal: until });
    return { status: 200, json: await untilAborted(work(), until) };
  } catch (error) {
    signal.throwIfAborted();
    return refusalOf(deadline.aborted ? tooSlow(request) : error, means.log);
  }
}

function tooSlow({ name, withinMs }: Asked): ApiRefused {
  const message = `The agent was not done with ${name} within ${Math.ceil(withinMs / 1000)} seconds.`;
  return refuseCall(504, message, 'Check what it works with, and whether it is overloaded; then try again.');
}

export function isRequestName(name: string): name is AgentRequestName {
  return Object.hasOwn(agentRequests, name);
}

function requestNameOf(name: string): AgentRequestName {
  if (isRequestName(name)) return name;
  const message = `This agent knows no request ${name.slice(0, 80)}.`;
  throw refuseCall(404, message, 'Bring agent and hub to the same version.');
}

export function refusalOf(error: unknown, log: Log): RequestAnswer {
  if (error instanceof ApiRefused) return { status: error.refusal.status, json: { errors: error.refusal.errors } };
  if (error instanceof SluiceError) {
    const { message, next, code } = error;
    return { status: 422, json: { errors: [{ field: null, message, next }] }, errorCode: code };
  }
  log.error({ err: error }, 'a request of the hub failed for a reason nobody foresaw');
  const { refusal } = refuseCall(500, 'Something went wrong inside the agent.', 'See the log of the agent.');
  return { status: 500, json: { errors: refusal.errors } };
}
