/** What all servers of the command line share: they run until SIGINT or SIGTERM, and then end well. */
import { once } from 'node:events';
import { openStopSignal } from '../base/index.ts';

/** `ready` resolves once the program was told to stop; what is opened before it, `serve` closes after it. */
export type Serving = { signal: AbortSignal; ready(): Promise<void> };

/** Gives 0 after SIGINT or SIGTERM, also when it was told to stop while it was still starting. */
export async function serveUntilStopped(serve: (serving: Serving) => Promise<void>): Promise<number> {
  using stop = openStopSignal();
  const { signal } = stop;
  const ready = async () => {
    if (!signal.aborted) await once(signal, 'abort');
  };
  try {
    await serve({ signal, ready });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
  }
  return 0;
}
