/** The agent's own endpoint: HTTPS, user and password, one path for each request of the protocol. */
import type { AddressInfo } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Clock, type Log, reasonOf, SluiceError, verifyPassword } from '../../base/index.ts';
import {
  type AgentHandlers,
  agentEndpointPath,
  agentRequests,
  protocolHeader,
  protocolVersion,
  type RequestAnswer,
  readProtocolVersion,
} from '../../protocol/index.ts';
import {
  ApiRefused,
  closeWebServer,
  createAttempts,
  createTurns,
  createWebServer,
  isSameText,
  type Metrics,
  mountMetrics,
  readJsonBody,
  refuseForNow,
} from '../../web/index.ts';
import { answerRequest, isRequestName, refusalOf } from '../answer-request.ts';
import { createHubProtocol, type HubProtocol } from '../hub-protocol.ts';
import type { AgentIdentity } from './agent-identity.ts';

export type EndpointSettings = {
  identity: AgentIdentity;
  handlers: AgentHandlers;
  clock: Clock;
  log: Log;
  host: string;
  port: number;
  /** Names under which it answers, besides those of this machine. */
  names?: readonly string[];
  /** Plain http: on this machine alone, or where something in front of it does TLS. */
  plain?: boolean;
  /** Read at /metrics; without them there is no such address. */
  metrics?: Metrics | undefined;
  metricsToken?: string | undefined;
};

export type AgentEndpoint = AsyncDisposable & { readonly url: string };

/** Room for a deployment of many interfaces. */
const bodyLimits = { maxBytes: 20_000_000, deadlineMs: 30_000 };

/** scrypt takes 32 MB and a thread for each. */
const passwordTurns = { atOnce: 2, waiting: 20, ofOne: 10 };

/**
 * Takes requests until it is disposed of.
 *
 * @throws SluiceError ADDRESS_UNAVAILABLE.
 */
export async function openAgentEndpoint(settings: EndpointSettings): Promise<AgentEndpoint> {
  const { identity, host, port, plain = false, names = [], metrics } = settings;
  const app = createWebServer({
    names: [host, identity.name, ...names],
    certificate: plain ? undefined : identity.certificate,
    whatThereIs: `Post a request of the hub to ${agentEndpointPath}/NAME.`,
  });
  const serving = { ...settings, checkCaller: createCallerCheck(settings), protocol: createHubProtocol(settings) };
  metrics?.countRequests(app, 'agent');
  if (metrics !== undefined) mountMetrics(app, metrics, settings.metricsToken);
  app.post(`${agentEndpointPath}/:name`, (request, reply) => serve(serving, request, reply));
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new SluiceError('ADDRESS_UNAVAILABLE', { address: `${host}:${port}`, reason: reasonOf(cause) }, { cause });
  }
  const { port: listeningAt } = app.server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  const url = `${plain ? 'http' : 'https'}://${shown}:${listeningAt}`;
  return { url, [Symbol.asyncDispose]: () => closeWebServer(app) };
}

type CallerCheck = (request: FastifyRequest) => Promise<void>;

type Serving = EndpointSettings & { checkCaller: CallerCheck; protocol: Pick<HubProtocol, 'heard'> };

async function serve(serving: Serving, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const gone = new AbortController();
  reply.raw.on('close', () => gone.abort(new Error('the hub hung up')));
  try {
    await serving.checkCaller(request);
    serving.protocol.heard(readProtocolVersion(request.headers[protocolHeader.toLowerCase()]));
    const { name = '' } = request.params as { name?: string };
    const input = await readJsonBody({ request: request.raw, ...bodyLimits });
    const withinMs = isRequestName(name) ? agentRequests[name].deadlineMs : 0;
    return send(reply, await answerRequest(serving, { name, input, withinMs }, gone.signal));
  } catch (error) {
    if (gone.signal.aborted) return reply.hijack();
    return error instanceof ApiRefused ? refuse(reply, error) : send(reply, refusalOf(error, serving.log));
  }
}

const always = { 'Cache-Control': 'no-store', [protocolHeader]: String(protocolVersion) };

function send(reply: FastifyReply, { status, json, errorCode }: RequestAnswer): FastifyReply {
  const code = errorCode === undefined ? {} : { 'Sluice-Error': errorCode };
  return reply
    .code(status)
    .headers({ ...always, ...code })
    .send(json);
}

function refuse(reply: FastifyReply, { refusal: { status, errors, headers } }: ApiRefused): FastifyReply {
  return reply
    .code(status)
    .headers({ ...always, ...headers })
    .send({ errors });
}

/** User and password of RFC 7617; wrong ones are counted by address, and looked at a few at a time. */
function createCallerCheck({ identity, clock }: EndpointSettings): CallerCheck {
  const attempts = createAttempts({ clock });
  const inTurn = createTurns({ ...passwordTurns, refuse: tooMany });
  let known: string | undefined;
  return async ({ headers, raw }) => {
    const given = headers.authorization ?? '';
    // The password that was right before need not be worked on again; it is kept as it came, in memory alone.
    if (known !== undefined && isSameText(given, known)) return;
    const address = raw.socket?.remoteAddress ?? '';
    const { username, password } = readBasic(given);
    const kept = username === identity.username ? identity.passwordHash : undefined;
    const look = () => {
      const waitMs = attempts.begin(username, address);
      if (waitMs > 0) throw refuseForNow('There were too many wrong passwords in a row.', waitMs);
      return verifyPassword(password, kept);
    };
    // What is turned away unseen is not counted, or a flood of it would push out what is counted of others.
    if (!(await inTurn(async () => look(), address))) throw wrong();
    attempts.succeed(username, address);
    known = given;
  };
}

function readBasic(header: string): { username: string; password: string } {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]{1,1024})$/i.exec(header) ?? [];
  if (encoded === undefined) throw wrong();
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) throw wrong();
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function wrong(): ApiRefused {
  const message = 'User or password of the agent is wrong.';
  const next = 'Enter those that the agent showed at its first start.';
  const headers = { 'WWW-Authenticate': 'Basic realm="sluice-agent"' };
  return new ApiRefused({ status: 401, errors: [{ field: null, message, next }], headers });
}

const tooMany = () => refuseForNow('Too many callers are signing in at once.', 3_000);
