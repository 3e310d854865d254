/** A server with a router that parses no body by itself: bodies are read, within bounds, where it is known what they are. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { type ApiRefused, refuseCall } from './api-refused.ts';
import { type Certificate, createBoundedServer, createHostCheck } from './bounded-server.ts';
import { untilHandlersEnded, watchHandlers } from './handlers-under-way.ts';

/** Serves what it knows, and says whether it does. Requests with no port (`app.inject`) never come by here. */
export type FirstServed = (request: IncomingMessage, response: ServerResponse) => boolean;

export type WebServerSettings = {
  /** Names under which the server answers, besides those of this machine. */
  names: readonly string[];
  /** Asked before the router. */
  first?: FirstServed | undefined;
  /** Without it the server speaks plain http. */
  certificate?: Certificate | undefined;
  /** Where to look, in the answer to what is not there. */
  whatThereIs?: string;
  /** After an answer, the rest of a body that nobody waits for may come for so long; 10 seconds when left out. */
  lingerMs?: number;
};

export function createWebServer(settings: WebServerSettings): FastifyInstance {
  const { names, first, certificate, whatThereIs, lingerMs = 10_000 } = settings;
  const isOwnHost = createHostCheck(names);
  const app = fastify({
    serverFactory: (route) => {
      const serve: RequestListener = (request, response) => first?.(request, response) || route(request, response);
      return createBoundedServer({ isOwnHost, refuseHost, serve, certificate });
    },
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, querystringParser: () => ({}) },
    exposeHeadRoutes: false,
    bodyLimit: Number.MAX_SAFE_INTEGER,
    frameworkErrors: (_error, _request, reply) => refuseUrl(reply),
  }) as unknown as FastifyInstance;
  watchHandlers(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.setErrorHandler((error, _request, reply) => {
    if (Object(error).code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') throw error;
    return refuse(reply, noMediaType);
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, nothingHere(whatThereIs)));
  app.addHook('onResponse', (request, _reply, done) => {
    endUnwantedBody(request.raw, lingerMs);
    done();
  });
  return app;
}

const noMediaType = refuseCall(415, 'The Content-Type of the request is no media type.', 'Say application/json.');

/** It repeats nothing of what was asked for. */
function nothingHere(whatThereIs = 'Check the path and the method.'): ApiRefused {
  return refuseCall(404, 'There is nothing at this address.', whatThereIs);
}

function refuse(reply: FastifyReply, { refusal: { status, errors } }: ApiRefused): FastifyReply {
  return reply
    .code(status)
    .headers({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
    .send({ errors });
}

/** Else who sends it drop by drop would keep the connection for as long as they like. */
function endUnwantedBody(request: IncomingMessage, lingerMs: number): void {
  if (request.complete || request.destroyed) return;
  setTimeout(() => request.complete || request.destroy(), lingerMs).unref();
}

/** For what the router itself refuses, such as a path that is no valid URL. */
function refuseUrl(reply: FastifyReply): void {
  refuse(reply, refuseCall(400, 'The URL of the request cannot be read.', 'Correct it and send it again.'));
}

/** Another host's name with this server's address: DNS rebinding, or a proxy that was set up wrongly. */
function refuseHost(response: ServerResponse): void {
  const message = 'This server does not answer to that Host.';
  const next = 'Use its own address, or start it with the name it is to have.';
  response.writeHead(421, { 'Content-Type': 'application/json;charset=UTF-8', Connection: 'close' });
  response.end(JSON.stringify({ errors: [{ field: null, message, next }] }));
}

/** How long calls under way may take to end when the server closes. */
const closeGraceMs = 3_000;

/** Takes no more calls, lets those under way end, then ends what is left, and waits for what its handlers still do. */
export async function closeWebServer(app: FastifyInstance): Promise<void> {
  const { server } = app;
  const grace = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  server.closeIdleConnections();
  await app.close();
  clearTimeout(grace);
  await untilHandlersEnded(app, closeGraceMs);
}
