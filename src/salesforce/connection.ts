/** The wire: connection pools to checked hosts, deadlines, and what a fault of the network means for the call. */
import { type LookupAddress, lookup } from 'node:dns';
import type { Readable } from 'node:stream';
import type * as undici from 'undici';
import { cancelled, reasonOf, SluiceError } from '../base/index.ts';
import { isLoopback } from './address.ts';
import { buildConnector, Pool } from './http-client.ts';
import { findProxyFor, type WebProxy } from './proxy.ts';
import { openTunnel } from './tunnel.ts';

/** How long to wait, in milliseconds, each with its default. */
export type Deadlines = {
  /** Until a connection stands, TLS included: 10 s. */
  connectMs: number;
  /** Until the answer begins, counted from the last byte sent: 2 minutes. */
  headersMs: number;
  /** The same for calls that write records, which Salesforce itself ends after 10 minutes. */
  writeHeadersMs: number;
  /** Between two pieces of an answer: 1 minute. */
  bodyIdleMs: number;
  /** While uploading, for the other side to take the next piece, and to answer after the last: 2 minutes. */
  uploadIdleMs: number;
  /** For a whole token request: 30 s. */
  tokenMs: number;
};

export const defaultDeadlines: Deadlines = {
  connectMs: 10_000,
  headersMs: 120_000,
  writeHeadersMs: 630_000,
  bodyIdleMs: 60_000,
  uploadIdleMs: 120_000,
  tokenMs: 30_000,
};

/** More calls at once wait in line; Salesforce lets 25 long calls of an org run at once. */
const connectionsPerHost = 20;

export type Outgoing = {
  origin: string;
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  path: string;
  headers: Record<string, string>;
  body?: string | AsyncIterable<Uint8Array> | undefined;
  /** What is asked, for sentences: method and path, never the query or the body. */
  what: string;
  headersMs: number;
  bodyIdleMs: number;
  /** For the whole exchange, reading the answer included. */
  deadlineMs?: number | undefined;
  signal?: AbortSignal | undefined;
};

export type Incoming = {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Readable;
  /** What an error while reading `body` means; for the reader of the body. */
  faultOf(error: unknown): SluiceError;
  /** To be called when the body has been read or given up. */
  done(): void;
};

export type Connection = AsyncDisposable & {
  send(outgoing: Outgoing): Promise<Incoming>;
};

/** Opens no socket yet; those that are opened later are closed with it, and calls still under way fail. */
export function openConnection({
  deadlines,
  proxy,
}: {
  deadlines: Deadlines;
  proxy?: WebProxy | undefined;
}): Connection {
  const pools = new Map<string, Pool>();
  const connectFaults = new WeakSet<Error>();
  let closed = false;

  function poolOf(origin: string): Pool {
    const known = pools.get(origin);
    if (known) return known;
    const connect = noteFaults(connectorOf(origin, { deadlines, proxy }), connectFaults);
    const pool = new Pool(origin, { connect, connections: connectionsPerHost, pipelining: 1, allowH2: false });
    pools.set(origin, pool);
    return pool;
  }

  return {
    async send(outgoing) {
      const { origin, what } = outgoing;
      if (closed) throw new SluiceError('CONNECTION_CLOSED', { host: hostOf(origin), what });
      const watch = watchTime(outgoing);
      const faultOf = (error: unknown): SluiceError => judgeFault(error, { outgoing, watch, connectFaults, closed });
      try {
        const answer = await poolOf(origin).request(toUndici(outgoing, watch.signal));
        return { status: answer.statusCode, headers: answer.headers, body: answer.body, faultOf, done: watch.stop };
      } catch (error) {
        watch.stop();
        throw faultOf(error);
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

function toUndici({ method, path, headers, body, headersMs, bodyIdleMs }: Outgoing, signal: AbortSignal | undefined) {
  return {
    method,
    path,
    headers,
    // undici takes any async iterable of bytes; its types name streams only.
    body: (body ?? null) as string | Readable | null,
    headersTimeout: headersMs,
    bodyTimeout: bodyIdleMs,
    ...(signal && { signal }),
  };
}

function connectorOf(origin: string, { deadlines, proxy }: { deadlines: Deadlines; proxy: WebProxy | undefined }) {
  const direct = buildConnector(connectorOptions(origin, deadlines));
  const found = findProxyFor(proxy, new URL(origin));
  return found === undefined ? direct : connectThrough(found, direct, deadlines);
}

/** TLS is made with the host itself, on what the proxy carries. */
function connectThrough(
  proxy: WebProxy,
  connect: undici.buildConnector.connector,
  { connectMs: withinMs }: Deadlines,
): undici.buildConnector.connector {
  return (options, callback) => {
    const port = Number(options.port) || 443;
    openTunnel({ proxy, host: options.hostname.replace(/^\[|\]$/g, ''), port, withinMs }).then(
      (httpSocket) => connect({ ...options, httpSocket }, callback),
      (error: Error) => callback(error, null),
    );
  };
}

/** A name that is trusted only because it means this machine must also lead to this machine when it is dialled. */
function connectorOptions(origin: string, { connectMs }: Deadlines): undici.buildConnector.BuildOptions {
  const { protocol, hostname } = new URL(origin);
  const base = { timeout: connectMs, allowH2: false };
  if (protocol === 'https:' || !isLoopback(hostname)) return base;
  return { ...base, lookup: lookUpLoopback } as undici.buildConnector.BuildOptions;
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

function lookUpLoopback(hostname: string, options: object, callback: Found): void {
  lookup(hostname, options, (error, address: string | LookupAddress[], family) => {
    const found = typeof address === 'string' ? [address] : (address ?? []).map((entry) => entry.address);
    const elsewhere = !error && !found.every(isLoopback);
    callback(
      elsewhere ? new SluiceError('PLAIN_HTTP_REFUSED', { setting: 'address', host: hostname }) : error,
      address,
      family,
    );
  });
}

function noteFaults(connect: undici.buildConnector.connector, faults: WeakSet<Error>): undici.buildConnector.connector {
  return (options, callback) =>
    connect(options, (...result) => {
      if (result[0]) faults.add(result[0]);
      callback(...result);
    });
}

type Watch = { signal: AbortSignal | undefined; late(): boolean; stop(): void };

/** One signal for the caller's wish and the deadline; the caller's own one when there is no deadline. */
function watchTime({ signal, deadlineMs }: Outgoing): Watch {
  if (deadlineMs === undefined) return { signal, late: () => false, stop: () => undefined };
  const controller = new AbortController();
  let late = false;
  const end = (): void => controller.abort(signal?.reason);
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, deadlineMs);
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end, { once: true });
  const stop = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  };
  return { signal: controller.signal, late: () => late, stop };
}

/** Codes of faults that come before a byte was sent, and that somebody has to mend. */
const hostNotFoundCodes = new Set(['ENOTFOUND', 'ENODATA']);
const tlsCodes = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_|HOSTNAME_MISMATCH)/;

type Circumstances = { outgoing: Outgoing; watch: Watch; connectFaults: WeakSet<Error>; closed: boolean };

/** What a fault means: not sent at all, or sent and in doubt (never for calls that only read). */
function judgeFault(error: unknown, { outgoing, watch, connectFaults, closed }: Circumstances): SluiceError {
  const { what, signal, origin } = outgoing;
  const host = hostOf(origin);
  const inDoubt = !isSafe(outgoing.method);
  const options = { cause: error, inDoubt };
  if (error instanceof SluiceError) return error;
  if (signal?.aborted) return cancelled(signal, { what, inDoubt });
  if (watch.late()) return new SluiceError('ANSWER_LOST', { what, reason: lateReason(outgoing.deadlineMs) }, options);
  if (isConnectFault(error, connectFaults)) return unreachable(error, host);
  if (closed) return new SluiceError('CONNECTION_CLOSED', { host, what }, options);
  return new SluiceError('ANSWER_LOST', { what, reason: reasonOf(error) }, options);
}

function isConnectFault(error: unknown, connectFaults: WeakSet<Error>): boolean {
  return error instanceof Error && (connectFaults.has(error) || codeOf(error) === 'UND_ERR_CONNECT_TIMEOUT');
}

function unreachable(error: unknown, host: string): SluiceError {
  const code = codeOf(error);
  const values = { host, reason: reasonOf(error) || code };
  if (hostNotFoundCodes.has(code)) return new SluiceError('HOST_NOT_FOUND', values, { cause: error });
  return new SluiceError(tlsCodes.test(code) ? 'TLS_REFUSED' : 'SALESFORCE_UNREACHABLE', values, { cause: error });
}

export function isSafe(method: Outgoing['method']): boolean {
  return method === 'GET' || method === 'HEAD';
}

function lateReason(deadlineMs: number | undefined): string {
  return `there was none within ${(deadlineMs ?? 0) / 1000} seconds`;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function hostOf(origin: string): string {
  return new URL(origin).host;
}
