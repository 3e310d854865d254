/** One authorised call of the REST API: token, deadlines, one renewal after a refused token, retry of what may be repeated. */
import { type Clock, type Log, SluiceError, withRetry } from '../base/index.ts';
import type { TokenSource, UsableToken } from './access-token.ts';
import { readText } from './answer-body.ts';
import { type ApiUsage, readApiUsage } from './api-usage.ts';
import { type Connection, type Deadlines, type Incoming, isSafe, type Outgoing } from './connection.ts';
import { asksForNewToken, readRefusal, toSalesforceError } from './salesforce-error.ts';

export type Call = {
  method: Outgoing['method'];
  /** Absolute, with its query. */
  path: string;
  headers?: Record<string, string>;
  /** A body that can be sent again after a refused token; blocks are read anew each time. */
  body?: string | (() => AsyncIterable<Uint8Array>);
  /** Doing it twice has the effect of doing it once; true for GET and HEAD without being said. */
  repeatable?: boolean | undefined;
  headersMs?: number;
  deadlineMs?: number | undefined;
  /** How long to go on trying, where the connection does not say; the pace of the failure decides when nobody does. */
  retryForMs?: number | undefined;
  signal?: AbortSignal | undefined;
};

export type Answer = { status: number; headers: Incoming['headers']; json: unknown };

export type Rest = {
  /** The whole answer, read as JSON where it is JSON. */
  ask(call: Call): Promise<Answer>;
  /** The answer with its body still to be read. */
  open(call: Call): Promise<Incoming>;
  /** `/services/data/vNN.N` + path. */
  path(below: string): string;
  /** What the last answer said of the daily allocation; undefined when none did yet. */
  apiUsage(): ApiUsage | undefined;
};

export type RestParts = {
  connection: Connection;
  tokens: TokenSource;
  apiVersion: string;
  deadlines: Deadlines;
  clock: Clock;
  random: () => number;
  log: Log | undefined;
  retryForMs: number | undefined;
  /** Told with each answer that says it. */
  onApiUsage: ((usage: ApiUsage) => void) | undefined;
};

export function createRest(parts: RestParts): Rest {
  const { tokens } = parts;
  let usage: ApiUsage | undefined;

  function noteUsage(said: ApiUsage | undefined): void {
    if (said === undefined) return;
    usage = said;
    parts.onApiUsage?.(said);
  }

  /** One token, one request. Null when the token was refused and a new one may help. */
  async function tryWith(token: UsableToken, call: Call, { last }: { last: boolean }): Promise<Incoming | null> {
    const what = nameOf(call);
    const answer = await parts.connection.send(toOutgoing(call, { token, what, deadlines: parts.deadlines }));
    noteUsage(readApiUsage(answer.headers['sforce-limit-info']));
    if (isGood(answer.status)) {
      tokens.accepted(token);
      return answer;
    }
    const refusal = readRefusal(answer.status, await readText(answer, { what }));
    const error = toSalesforceError(refusal, { what, safe: isSafe(call.method) });
    if (!asksForNewToken(refusal)) {
      if (refusal.status !== 401) tokens.accepted(token);
      throw error;
    }
    tokens.refused(token, error);
    if (last) throw error;
    return null;
  }

  async function openOnce(call: Call): Promise<Incoming> {
    const first = tokens.current() ?? (await tokens.get(call));
    const answer = await tryWith(first, call, { last: false });
    if (answer) return answer;
    const second = await tryWith(await tokens.get(call), call, { last: true });
    if (!second) throw new SluiceError('INTERNAL', { reason: 'a second refusal was not thrown' });
    return second;
  }

  async function askOnce(call: Call): Promise<Answer> {
    const answer = await openOnce(call);
    const text = await readText(answer, { what: nameOf(call) });
    return { status: answer.status, headers: answer.headers, json: parseAnswer(text, call) };
  }

  function retried<T>(call: Call, once: (call: Call) => Promise<T>): Promise<T> {
    const { clock, random, log } = parts;
    const forMs = parts.retryForMs ?? call.retryForMs;
    const repeatable = call.repeatable ?? isSafe(call.method);
    return withRetry(() => once(call), {
      repeatable,
      forMs,
      what: nameOf(call),
      clock,
      random,
      log,
      signal: call.signal,
    });
  }

  return {
    ask: (call) => retried(call, askOnce),
    open: (call) => retried(call, openOnce),
    path: (below) => `/services/data/v${parts.apiVersion}${below}`,
    apiUsage: () => usage,
  };
}

/** Several records for one external id are an answer (300), not a refusal. */
function isGood(status: number): boolean {
  return (status >= 200 && status < 300) || status === 300;
}

type Means = { token: UsableToken; what: string; deadlines: Deadlines };

function toOutgoing(call: Call, { token, what, deadlines }: Means): Outgoing {
  const { method, path, body, signal, deadlineMs, headersMs = deadlines.headersMs } = call;
  return {
    origin: token.instanceUrl,
    method,
    path,
    headers: {
      accept: 'application/json',
      'accept-encoding': 'gzip',
      'user-agent': 'sluice',
      ...call.headers,
      authorization: token.authorization,
    },
    body: typeof body === 'function' ? body() : body,
    what,
    headersMs,
    bodyIdleMs: deadlines.bodyIdleMs,
    deadlineMs,
    signal,
  };
}

/** Method and path; the query may hold values of records, and stays out of sentences. */
function nameOf({ method, path }: Call): string {
  return `${method} ${path.split('?', 1)[0]}`;
}

function parseAnswer(text: string, call: Call): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const values = { what: nameOf(call), reason: 'it is not JSON' };
    throw new SluiceError('ANSWER_INVALID', values, { cause, inDoubt: !isSafe(call.method) });
  }
}

/** The object an answer must be; ANSWER_INVALID otherwise. */
export function objectIn(
  answer: Answer,
  { what, inDoubt = false }: { what: string; inDoubt?: boolean },
): Record<string, unknown> {
  const { json } = answer;
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw new SluiceError('ANSWER_INVALID', { what, reason: `no JSON object (status ${answer.status})` }, { inDoubt });
}

/** A path that an answer gave for the next page; it stays on the host the answer came from. */
export function nextPathIn(value: unknown, { what }: { what: string }): string | null {
  if (value === null || value === undefined || value === '') return null;
  const path = typeof value === 'string' && value.startsWith('services/') ? `/${value}` : value;
  if (typeof path === 'string' && /^\/services\/[\x21-\x7e]*$/.test(path)) return path;
  throw new SluiceError('ANSWER_INVALID', { what, reason: 'nextRecordsUrl is not a path below /services/' });
}
