/** Calls across the wall of a worker thread: a method name and plain data there, plain data, a refusal or an error back. */
import type { MessagePort } from 'node:worker_threads';
import type { OrgRefusal } from './records.ts';
import { OrgRefused } from './refusal.ts';

export type Call = { id: number; method: string; input: unknown };
export type Answer = { id: number; value?: unknown; refusal?: OrgRefusal; fault?: string };

/** What a worker sends once, when it can be called. */
export type Ready = { ready: true };

/** What a query asked for that is at Salesforce but not here; for the log, beside the refusal that answers it. */
export type Unsupported = { unsupported: string };

/** Methods by name; what they throw goes back to the caller, never up into the thread. */
export type Methods = Record<string, (input: never) => unknown>;

export function serveCalls(port: MessagePort, methods: Methods): void {
  port.on('message', (call: Call) => {
    void answer(methods, call).then((reply) => port.postMessage(reply));
  });
  port.postMessage({ ready: true } satisfies Ready);
}

async function answer(methods: Methods, { id, method, input }: Call): Promise<Answer> {
  try {
    return { id, value: await methods[method]?.(input as never) };
  } catch (error) {
    if (error instanceof OrgRefused) return { id, refusal: error.refusal };
    return { id, fault: faultOf(error) };
  }
}

/** Tells the other side of an error no call is waiting for. */
export function reportTo(port: MessagePort): (error: unknown) => void {
  return (error) => port.postMessage({ id: 0, fault: faultOf(error) } satisfies Answer);
}

function faultOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The value of an answer; throws what the other side threw. */
export function readAnswer({ value, refusal, fault }: Answer): unknown {
  if (refusal !== undefined) throw new OrgRefused(refusal);
  if (fault !== undefined) throw new Error(fault);
  return value;
}
