/** Puts the integrate API on the hub's server: calls with records before its router, which would cost more than they do, and all else behind it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Log } from '../../base/index.ts';
import { ApiRefused, type FirstServed, type Metrics, watchHandler } from '../../web/index.ts';
import type { Authorization } from '../authorization.ts';
import type { Answer } from '../store/index.ts';
import { callPath } from './answers.ts';
import { piecesOf } from './body-pieces.ts';
import { findCaller } from './find-caller.ts';
import type { Integrate } from './integrate.ts';
import { refusalOf } from './refusal.ts';
import { showCall } from './show-call.ts';

export const integratePath = '/V4/integrate';

type Parts = { authorization: Authorization; integrate: Integrate; log: Log };
type Work = () => Promise<Answer> | Answer;
type Exchange = { request: IncomingMessage; response: ServerResponse; log: Log };

const anyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export function mountIntegrate(app: FastifyInstance, parts: Parts): void {
  const { authorization, integrate, log } = parts;
  app.route({
    method: anyMethod,
    url: integratePath,
    async handler({ raw }, reply) {
      reply.hijack();
      await takeOver(parts, raw, reply.raw);
    },
  });
  app.route({
    method: anyMethod,
    url: `${callPath}/:id`,
    async handler({ raw: request, headers, params }, reply) {
      reply.hijack();
      await settle({ request, response: reply.raw, log }, 'GET', () => {
        const caller = findCaller(authorization, headers.authorization);
        const { id = '' } = params as { id?: string };
        return showCall(integrate.means, { caller, call: id, search: new URLSearchParams(searchOf(request.url)) });
      });
    },
  });
}

/** Takes calls at the very address; whatever else the router takes for it goes there. Not when the server closes, which the router knows. */
export function createFirstServed({
  app,
  metrics,
  ...parts
}: Parts & { app: FastifyInstance; metrics: Metrics }): FirstServed {
  return (request, response) => {
    const { url = '' } = request;
    const isOurs =
      url.startsWith(integratePath) && (url.length === integratePath.length || url[integratePath.length] === '?');
    if (!isOurs || !app.server.listening) return false;
    const taken = takeOver(parts, request, response)
      .then(() => metrics.countRequest('hub', integratePath, response.statusCode))
      .catch(() => response.destroy());
    watchHandler(app, taken);
    return true;
  };
}

function takeOver({ authorization, integrate, log }: Parts, request: IncomingMessage, response: ServerResponse) {
  return settle({ request, response, log }, 'POST', () => {
    const { headers } = request;
    const caller = findCaller(authorization, headers.authorization);
    return integrate.take({ caller, search: searchOf(request.url), headers, body: piecesOf(request) });
  });
}

function searchOf(url = ''): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}

function refuseMethod(allowed: string): never {
  const errors = [{ field: null, message: 'This method cannot be used here.', next: `Use ${allowed}.` }];
  throw new ApiRefused({ status: 405, errors, headers: { Allow: allowed } });
}

/** After a refusal, the rest of a body that nobody wanted may come for so long. */
const lingerMs = 10_000;

async function settle({ request, response, log }: Exchange, method: string, work: Work): Promise<void> {
  try {
    answer(response, await (request.method === method ? work() : refuseMethod(method)));
  } catch (error) {
    const { status, errors, headers = {} } = refusalOf(error, log);
    if (!request.complete) {
      request.resume();
      setTimeout(() => request.complete || request.destroy(), lingerMs).unref();
    }
    const body = JSON.stringify({ errors });
    answer(response, { status, contentType: 'application/json;charset=UTF-8', body, headers });
  }
}

function answer(response: ServerResponse, { status, contentType, body, headers = {} }: Answer) {
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
