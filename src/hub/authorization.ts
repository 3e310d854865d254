/** The hub's own authorization server: API clients and agents get tokens here, by the client credentials grant alone. */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Clock, type Log, reasonOf } from '../base/index.ts';
import {
  type Client,
  createAccessTokens,
  createLoginRate,
  createRandomText,
  createStandardServer,
  maxTokenRequestBytes,
  type StandardServer,
} from '../oauth/index.ts';
import { ApiRefused, readBodyBytes } from '../web/index.ts';
import type { HubMetrics } from './hub-metrics.ts';
import { createShortcut } from './shortcut.ts';
import type { HubClient, HubStore } from './store/index.ts';

export type Authorization = {
  serve: StandardServer;
  /** The live client behind `Authorization: Bearer …`, and what its token may do. */
  findCaller(header: string | undefined): TokenCaller | undefined;
  /** From now on no token of this client is good. */
  revokeTokensOf(client: HubClient): Promise<void>;
};

export type TokenCaller = { client: HubClient; scopes: readonly string[] };

/** What a client may be allowed to do. */
export const apiScopes = ['integrate', 'messages'] as const;
export const agentScope = 'agent';

/** Nobody needs more tokens than this; a token lasts an hour. */
const tokensPerHour = 3_600;

const minuteMs = 60_000;

type Means = { store: HubStore; metrics: HubMetrics; clock: Clock; url(): string };

export async function createAuthorization({ store, metrics, clock, url }: Means): Promise<Authorization> {
  const records = await store.tokens.load();
  const clientOf = createShortcut<number, HubClient | undefined>(() => store.audit.lastId());
  const tokens = createAccessTokens({ clock, journal: store.tokens, records, createText: createRandomText });
  const serve = createStandardServer({
    issuer: url,
    scopesSupported: [...apiScopes, agentScope],
    clients: { findClient: (clientId) => findClient(store, clientId, clock.now()) },
    tokens,
    loginRate: createLoginRate({ perHour: tokensPerHour, clock }),
    clock,
    onLogin({ appId, outcome, at }) {
      if (outcome !== 'issued') return metrics.tokenRefused(outcome);
      metrics.tokenIssued();
      store.clients.used(Number(appId), at);
    },
  });
  return {
    serve,
    findCaller(header = '') {
      const [, accessToken] = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(header) ?? [];
      const record = accessToken === undefined ? undefined : tokens.find(accessToken);
      const id = Number(record?.appId);
      const client = record && clientOf(id, () => store.clients.find(id));
      if (!client?.active || record === undefined) return undefined;
      const granted = record.scopes ?? client.scopes;
      // What was taken from a client since is taken from its tokens too.
      return { client, scopes: granted.filter((scope) => client.scopes.includes(scope)) };
    },
    async revokeTokensOf({ id }) {
      await tokens.revokeWhere(({ appId }) => appId === String(id));
    },
  };
}

/** An inactive client is like one that is not there. */
function findClient({ clients }: HubStore, clientId: string, now: number): Client | undefined {
  const found = clients.findByClientId(clientId);
  if (!found?.active) return undefined;
  const { id, scopes, tokenMinutes, secretDigest, secondDigest, secondUntil } = found;
  const second = secondDigest !== null && (secondUntil ?? 0) > now ? secondDigest : undefined;
  return {
    id: clientId,
    appId: String(id),
    scopes,
    clientCredentialsEnabled: true,
    runAs: undefined,
    sessionTimeoutMs: tokenMinutes * minuteMs,
    secretDigest,
    sign: neverSigns,
    ...(second === undefined ? {} : { secondSecret: { secretDigest: second, sign: neverSigns } }),
  };
}

/** Only Salesforce's answers are signed under the secret; the hub keeps no secret to sign with. */
function neverSigns(): never {
  throw new Error('answers of the standard dialect are not signed');
}

const bodyLimits = { maxBytes: maxTokenRequestBytes, deadlineMs: 10_000 };

/** Serves the endpoints; Fastify's router never sees their paths, so that it parses nothing of them. */
export function mountAuthorization(app: FastifyInstance, { serve }: Authorization, log: Log): void {
  const handler = async ({ raw }: FastifyRequest, reply: FastifyReply) => {
    const answer = await answerOf(serve, raw, log);
    if (answer === undefined) return reply.callNotFound();
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  };
  const method = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
  // What the router cannot read, such as a Content-Type that is none, the endpoint refuses in the words of its RFC.
  const errorHandler = (_error: unknown, request: FastifyRequest, reply: FastifyReply) => handler(request, reply);
  for (const url of ['/oauth2/*', '/.well-known/oauth-authorization-server'])
    app.route({ method, url, handler, errorHandler });
}

async function answerOf(serve: StandardServer, request: IncomingMessage, log: Log) {
  const { method = 'GET', url = '/', headers, socket } = request;
  try {
    const body = await readBodyBytes(request, bodyLimits).catch(overlong);
    return await serve({ method, url, headers, body, remoteAddress: socket?.remoteAddress });
  } catch (error) {
    if (error instanceof ApiRefused) return plainAnswer(error.refusal.status);
    log.error({ reason: reasonOf(error) }, 'an answer of the authorization server could not be written down');
    return plainAnswer(503);
  }
}

/** The endpoint itself says that a body is too long, in the words of its RFC. */
function overlong(error: unknown): Buffer {
  if (error instanceof ApiRefused && error.refusal.status === 413) return Buffer.alloc(maxTokenRequestBytes + 1);
  throw error;
}

function plainAnswer(status: number) {
  return { status, headers: { 'Cache-Control': 'no-store', 'Content-Type': 'text/plain' }, body: '' };
}
