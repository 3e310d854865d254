/** Whether the hub lives, and whether it can do its work, for whoever watches over processes. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { reasonOf } from '../base/index.ts';
import type { HubParts } from './hub-parts.ts';

/** `/healthz`: the process answers. `/readyz`: its store does as well. Neither tells anything of what is in it. */
export function mountHealth(app: FastifyInstance, { store, log }: HubParts): void {
  app.get('/healthz', (_request, reply) => say(reply, 200, 'ok'));
  app.get('/readyz', (_request, reply) => {
    try {
      store.people.count();
      return say(reply, 200, 'ready');
    } catch (error) {
      log.error({ reason: reasonOf(error) }, 'the store does not answer');
      return say(reply, 503, 'not ready: the store does not answer');
    }
  });
}

function say(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).header('Cache-Control', 'no-store').type('text/plain').send(`${text}\n`);
}
