/** Handlers that have not ended. A connection that breaks ends no handler: it may still have something to put back. */
import type { FastifyInstance } from 'fastify';

const handlersOf = new WeakMap<FastifyInstance, Set<Promise<unknown>>>();

/** Counts the handlers of every route that is mounted from here on. */
export function watchHandlers(app: FastifyInstance): void {
  handlersOf.set(app, new Set());
  app.addHook('onRoute', (route) => {
    const { handler } = route;
    route.handler = function watched(request, reply) {
      const answer: unknown = handler.call(this, request, reply);
      if (answer instanceof Promise) watchHandler(app, answer);
      return answer;
    };
  });
}

/** Counts one of a call that went round the router. */
export function watchHandler(app: FastifyInstance, answer: Promise<unknown>): void {
  const underWay = handlersOf.get(app);
  const ended = () => underWay?.delete(answer);
  underWay?.add(answer);
  answer.then(ended, ended);
}

/** Resolves when none is under way, or after `atMostMs` milliseconds. */
export async function untilHandlersEnded(app: FastifyInstance, atMostMs: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, atMostMs);
  await Promise.race([Promise.allSettled(handlersOf.get(app) ?? []), late]);
  clearTimeout(timer);
}
