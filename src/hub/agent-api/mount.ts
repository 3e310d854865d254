/** The agent API: what agents that dial in call, each with a token of the hub's authorization server. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { reasonOf } from '../../base/index.ts';
import {
  dialOutPaths,
  protocolHeader,
  protocolVersion,
  type Registration,
  type RequestPoll,
  registrationSchema,
  reportBatchSchema,
  requestAnswerSchema,
  requestPollSchema,
} from '../../protocol/index.ts';
import {
  ApiRefused,
  checkBody,
  createAttempts,
  createTurns,
  readJsonBody,
  refuseCall,
  refuseForNow,
} from '../../web/index.ts';
import { agentScope } from '../authorization.ts';
import type { HubParts } from '../hub-parts.ts';
import type { DialledAgent } from '../store/index.ts';
import type { AgentCall, Answered } from './agent-call.ts';
import { notSignedIn } from './not-signed-in.ts';
import { createPolls } from './polls.ts';
import { registerAgent } from './register-agent.ts';
import { giveRequests, takeAnswer, takeReports } from './take-calls.ts';

const small = { maxBytes: 20_000, deadlineMs: 10_000 };
/** Room for the describe of a large object, and for the longest rows a report may hold. */
const large = { maxBytes: 20_000_000, deadlineMs: 60_000 };

type Limits = typeof small;
type Work = (request: FastifyRequest, reply: FastifyReply) => Promise<Answered>;

export function mountAgentApi(app: FastifyInstance, parts: HubParts): void {
  const attempts = createAttempts({ clock: parts.clock });
  // One after the other, so that two of the same name do not meet.
  const inTurn = createTurns({ atOnce: 1, waiting: 100, ofOne: 50, refuse: tooMany });
  const post = (url: string, work: Work) => app.post(url, (request, reply) => settle(parts, { request, reply, work }));
  const forAgents = <Body>(
    schema: TSchema,
    limits: Limits,
    work: (parts: HubParts, call: AgentCall<Body>) => Promise<Answered>,
  ): Work => signedIn(parts, { schema, limits, work: work as SignedIn['work'] });
  post(dialOutPaths.register, async ({ raw }) => {
    const body = await readJsonBody({ request: raw, ...small });
    checkBody(registrationSchema, body);
    const address = raw.socket?.remoteAddress ?? '';
    const wish = { body: body as Registration, address, attempts };
    return { status: 201, json: await inTurn(() => registerAgent(parts, wish), address) };
  });
  const polls = createPolls();
  const give = (_: HubParts, call: AgentCall<RequestPoll>) => giveRequests(parts, call, polls);
  post(dialOutPaths.requests, forAgents(requestPollSchema, small, give));
  post(`${dialOutPaths.answers}/:id`, forAgents(requestAnswerSchema, large, takeAnswer));
  post(dialOutPaths.reports, forAgents(reportBatchSchema, large, takeReports));
}

const tooMany = () => refuseForNow('Too many agents are registering at once.', 3_000);

type SignedIn = {
  schema: TSchema;
  limits: Limits;
  work(parts: HubParts, call: AgentCall<unknown>): Promise<Answered>;
};

function signedIn(parts: HubParts, { schema, limits, work }: SignedIn): Work {
  return async ({ raw, headers, params }, reply) => {
    const { hasLeft } = findAgent(parts, headers.authorization);
    const gone = new AbortController();
    reply.raw.on('close', () => gone.abort());
    const body = await readJsonBody({ request: raw, ...limits });
    // Once more, since it may have been revoked while the body came.
    const agent = { ...findAgent(parts, headers.authorization), hasLeft };
    checkBody(schema, body);
    const { id = '' } = params as { id?: string };
    return await work(parts, { agent, body, id, signal: gone.signal });
  };
}

/** Tokens of API clients are good elsewhere, and no others are good here. */
function findAgent({ authorization, store }: HubParts, header: string | undefined): DialledAgent {
  const caller = authorization.findCaller(header);
  if (caller === undefined) throw notSignedIn();
  const agent = caller.scopes.includes(agentScope) ? store.dialledAgents.findByClient(caller.client.id) : undefined;
  if (agent === undefined)
    throw refuseCall(403, 'This token is not that of an agent.', 'Sign in with the credentials of the agent.');
  return agent;
}

type Settling = { request: FastifyRequest; reply: FastifyReply; work: Work };

/** After a refusal, the rest of a body that nobody wanted may come for so long. */
const lingerMs = 10_000;

async function settle({ log }: HubParts, { request, reply, work }: Settling): Promise<FastifyReply> {
  reply.headers({ 'Cache-Control': 'no-store', [protocolHeader]: String(protocolVersion) });
  try {
    const { status, json } = await work(request, reply);
    return json === undefined ? reply.code(status).send() : reply.code(status).send(json);
  } catch (error) {
    const { status, errors, headers = {} } = refusalOf(error, log);
    const { raw } = request;
    if (!raw.complete) setTimeout(() => raw.complete || raw.destroy(), lingerMs).unref();
    return reply.code(status).headers(headers).send({ errors });
  }
}

function refusalOf(error: unknown, log: HubParts['log']): ApiRefused['refusal'] {
  if (error instanceof ApiRefused) return error.refusal;
  log.error({ reason: reasonOf(error) }, 'a call of an agent could not be served');
  return refuseCall(503, 'The hub cannot serve this now.', 'Try again later; the log of the hub says why.').refusal;
}
