/** Puts the integrate API on the hub's server. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../../base/index.ts';
import { ApiRefused } from '../../web/index.ts';
import type { Authorization } from '../authorization.ts';
import type { Answer } from '../store/index.ts';
import { callPath } from './answers.ts';
import { findCaller } from './find-caller.ts';
import type { Integrate } from './integrate.ts';
import { refusalOf } from './refusal.ts';
import { showCall } from './show-call.ts';

export const integratePath = '/V4/integrate';

type Parts = { authorization: Authorization; integrate: Integrate; log: Log };
type Work = (request: FastifyRequest, reply: FastifyReply) => Promise<Answer> | Answer;

const anyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export function mountIntegrate(app: FastifyInstance, { authorization, integrate, log }: Parts): void {
  const mount = (url: string, method: string, work: Work) =>
    app.route({
      method: anyMethod,
      url,
      handler: (request, reply) =>
        settle({ request, reply, log }, request.method === method ? work : () => refuseMethod(method)),
    });
  mount(integratePath, 'POST', ({ raw, headers }, reply) => {
    const caller = findCaller(authorization, headers.authorization);
    const gone = new AbortController();
    reply.raw.on('close', () => gone.abort());
    const body = raw.iterator({ destroyOnReturn: false });
    return integrate.take({ caller, search: searchOf(raw.url), headers, body, signal: gone.signal });
  });
  mount(`${callPath}/:id`, 'GET', ({ raw, headers, params }) => {
    const caller = findCaller(authorization, headers.authorization);
    const { id = '' } = params as { id?: string };
    return showCall(integrate.means, { caller, call: id, search: searchOf(raw.url) });
  });
}

function searchOf(url = ''): URLSearchParams {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
}

function refuseMethod(allowed: string): never {
  const errors = [{ field: null, message: 'This method cannot be used here.', next: `Use ${allowed}.` }];
  throw new ApiRefused({ status: 405, errors, headers: { Allow: allowed } });
}

/** After a refusal, the rest of a body that nobody wanted may come for so long. */
const lingerMs = 10_000;

const standingHeaders = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

type Settling = { request: FastifyRequest; reply: FastifyReply; log: Log };

async function settle({ request, reply, log }: Settling, work: Work): Promise<FastifyReply> {
  reply.headers(standingHeaders);
  try {
    const { status, contentType, body } = await work(request, reply);
    return reply.code(status).header('Content-Type', contentType).send(body);
  } catch (error) {
    const { status, errors, headers = {} } = refusalOf(error, log);
    const { raw } = request;
    if (!raw.complete) {
      raw.resume();
      setTimeout(() => raw.complete || raw.destroy(), lingerMs).unref();
    }
    return reply
      .code(status)
      .headers(headers)
      .header('Content-Type', 'application/json;charset=UTF-8')
      .send(JSON.stringify({ errors }));
  }
}
