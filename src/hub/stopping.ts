/** A hub that stops: what it asked of others is given up at once, and who waits for that is told. */
import { refuseCall } from '../web/index.ts';

export type Stopping = Disposable & {
  /** Aborted with the refusal that whoever still waits is given. */
  readonly signal: AbortSignal;
};

export function createStopping(): Stopping {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => controller.abort(refuseCall(503, 'The hub is stopping.', 'Try again once it is up again.')),
  };
}
