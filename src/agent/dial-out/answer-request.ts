/** Does what one request asks for, and turns what came of it into an answer for the hub. */
import { type Log, SluiceError } from '../../base/index.ts';
import {
  type AgentHandlers,
  type AgentRequestName,
  agentRequests,
  type GivenRequest,
  type RequestAnswer,
} from '../../protocol/index.ts';
import { ApiRefused, checkBody, refuseCall } from '../../web/index.ts';

type Means = { handlers: AgentHandlers; log: Log };

/** Never throws, but for the signal. */
export async function answerRequest(
  { handlers, log }: Means,
  { name, input, withinMs }: GivenRequest,
  signal: AbortSignal,
): Promise<RequestAnswer> {
  try {
    const known = requestNameOf(name);
    checkBody(agentRequests[known].input, input);
    const deadline = AbortSignal.timeout(Math.max(1, Math.min(withinMs, agentRequests[known].deadlineMs)));
    const json = await handlers[known](input as never, { signal: AbortSignal.any([signal, deadline]) });
    return { status: 200, json };
  } catch (error) {
    signal.throwIfAborted();
    return refusalOf(error, log);
  }
}

function requestNameOf(name: string): AgentRequestName {
  if (Object.hasOwn(agentRequests, name)) return name as AgentRequestName;
  const message = `This agent knows no request ${name.slice(0, 80)}.`;
  throw refuseCall(404, message, 'Bring agent and hub to the same version.');
}

function refusalOf(error: unknown, log: Log): RequestAnswer {
  if (error instanceof ApiRefused) return { status: error.refusal.status, json: { errors: error.refusal.errors } };
  if (error instanceof SluiceError) {
    const { message, next, code } = error;
    return { status: 422, json: { errors: [{ field: null, message, next }] }, errorCode: code };
  }
  log.error({ err: error }, 'a request of the hub failed for a reason nobody foresaw');
  const { refusal } = refuseCall(500, 'Something went wrong inside the agent.', 'See the log of the agent.');
  return { status: 500, json: { errors: refusal.errors } };
}
