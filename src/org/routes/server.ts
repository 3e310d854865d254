/** The org's server: a router as Salesforce's is, and the OAuth endpoints before it. */
import type { ServerResponse } from 'node:http';
import { type FastifyInstance, fastify } from 'fastify';
import { createBoundedServer, watchHandler, watchHandlers } from '../../web/index.ts';
import { collapseSlashes } from './connection.ts';
import { answerBadUrl } from './front-door.ts';
import { oauthPathOf, type ServeToken } from './token.ts';

/** The longest external id in a path. */
const maxParamLength = 16_384;

type ServerOptions = { isOwnHost: (host: string) => boolean; serveToken: ServeToken };

/** A router that collapses slashes, minds no case, and parses no body by itself. */
export function createApp({ isOwnHost, serveToken }: ServerOptions): FastifyInstance {
  const app: FastifyInstance = fastify({
    serverFactory: (route) =>
      createBoundedServer({
        isOwnHost,
        refuseHost,
        serve(request, response) {
          if (oauthPathOf(request.url) === undefined) route(request, response);
          else
            watchHandler(
              app,
              serveToken(request, response).catch(() => response.destroy()),
            );
        },
      }),
    rewriteUrl: ({ url }) => collapseSlashes(url ?? '/'),
    routerOptions: {
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      caseSensitive: false,
      maxParamLength,
      querystringParser: () => ({}),
    },
    exposeHeadRoutes: false,
    bodyLimit: Number.MAX_SAFE_INTEGER,
    frameworkErrors: (_error, _request, reply) => answerBadUrl(reply),
  }) as unknown as FastifyInstance;
  watchHandlers(app);
  return app;
}

/** Another host's name with this server's address: DNS rebinding, or a proxy that was set up wrongly. */
function refuseHost(response: ServerResponse): void {
  const message = 'This server does not answer to that Host. Start it with --instance-url if it has another address.';
  response.writeHead(421, { 'Content-Type': 'application/json;charset=UTF-8', Connection: 'close' });
  response.end(JSON.stringify([{ message, errorCode: 'MISDIRECTED_REQUEST' }]));
}
