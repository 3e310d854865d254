/** `/metrics`: for whoever calls from this machine itself, and for who knows the token. */
import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiRefused, type Refusal } from './api-refused.ts';
import type { Metrics } from './metrics.ts';
import { isSameText } from './same-text.ts';

/** `token`: without one, only calls from this machine itself are answered. */
export function mountMetrics(app: FastifyInstance, metrics: Metrics, token: string | undefined): void {
  app.get('/metrics', async (request, reply) => {
    const refusal = findRefusal(request, token);
    reply.header('Cache-Control', 'no-store');
    if (refusal !== undefined) {
      const { status, errors, headers } = refusal;
      return await reply
        .code(status)
        .headers({ ...headers })
        .send({ errors });
    }
    const { text, contentType } = await metrics.read();
    return await reply.header('Content-Type', contentType).send(text);
  });
}

function findRefusal(request: FastifyRequest, token: string | undefined): Refusal | undefined {
  if (isFromHere(request)) return undefined;
  const [, given] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined)
    return refused(403, 'Metrics are for this machine alone.', 'Start with --metrics-token-file.');
  if (given !== undefined && isSameText(given, token)) return undefined;
  const next = 'Send the token of --metrics-token-file as Authorization: Bearer.';
  return refused(401, 'The token for the metrics is missing or wrong.', next, {
    'WWW-Authenticate': 'Bearer realm="metrics"',
  });
}

function refused(status: number, message: string, next: string, headers: Refusal['headers'] = {}): Refusal {
  return new ApiRefused({ status, errors: [{ field: null, message, next }], headers }).refusal;
}

/** Headers by which something between says that the call came from elsewhere. */
const marksOfProxies = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** A proxy on this machine calls from here too, in the name of others: it marks its calls, or calls by the name that is public. */
function isFromHere({ raw, headers }: FastifyRequest): boolean {
  if (!isLoopback(raw.socket?.remoteAddress ?? '')) return false;
  if (marksOfProxies.some((name) => headers[name] !== undefined)) return false;
  const host = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return host === 'localhost' || isLoopback(host);
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}
