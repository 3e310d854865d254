/** What is done to a connection itself: dropping it on purpose, and not letting a half-read body hold it for ever. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** After an answer, the rest of a body that nobody wanted may come for so long. */
const lingerMs = 10_000;

/** The caller sees the connection end with no answer, or in the middle of one. */
export function dropConnection(request: IncomingMessage, response: ServerResponse): void {
  response.destroy();
  request.destroy();
}

/**
 * Lets the sender of a refused body read the answer, then ends the connection if the body still has not ended. A body that ends
 * takes the timer with it, so that a flood leaves none behind.
 */
export function lingerAfterAnswer(request: IncomingMessage): void {
  if (request.complete) return;
  const timer = setTimeout(() => request.destroy(), lingerMs).unref();
  request.once('close', () => clearTimeout(timer));
}

/** A signal that is aborted when the connection ends before the watch does. */
export function watchCaller({ socket }: Pick<IncomingMessage, 'socket'>): Disposable & { signal: AbortSignal } {
  const gone = new AbortController();
  const abort = () => gone.abort();
  socket?.once('close', abort);
  return { signal: gone.signal, [Symbol.dispose]: () => socket?.off('close', abort) };
}

/** The path without query, its leading slashes made one: some clients send `//services/...`. */
export function pathOf(url: string | undefined): string {
  return collapseSlashes(url ?? '/').split('?', 1)[0] ?? '/';
}

/** Never by `new URL`, which would read `//services/data` as a host. */
export function collapseSlashes(url: string): string {
  return url.startsWith('//') ? url.replace(/^\/+/, '/') : url;
}
