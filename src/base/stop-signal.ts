/** Ctrl-C and a polite kill become one AbortSignal; a second one ends the program at once. */
import { constants } from 'node:os';
import { SluiceError } from './errors.ts';

const stopSignals = ['SIGINT', 'SIGTERM'] as const;
type StopSignal = (typeof stopSignals)[number];

/** The part of `process` that is needed here. */
export type SignalSource = {
  on(name: StopSignal, listener: (name: StopSignal) => void): unknown;
  off(name: StopSignal, listener: (name: StopSignal) => void): unknown;
  exit(code: number): void;
};

export type StopSignalHandle = Disposable & { readonly signal: AbortSignal };

/**
 * Listens until it is disposed of. `signal` is aborted with SluiceError STOPPED by the first SIGINT or SIGTERM; a second
 * one exits with 128 and the signal's number, as shells expect.
 */
export function openStopSignal(source: SignalSource = process): StopSignalHandle {
  const controller = new AbortController();
  const listener = (name: StopSignal): void => {
    if (controller.signal.aborted) source.exit(128 + constants.signals[name]);
    else controller.abort(new SluiceError('STOPPED', { signal: name }));
  };
  for (const name of stopSignals) source.on(name, listener);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of stopSignals) source.off(name, listener);
    },
  };
}
