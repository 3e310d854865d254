/** Signs the command line in at a hub, and calls its API: a session cookie, the token against forged calls, refusals as errors. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Environment, reasonOf, resolveSecret, SluiceError } from '../base/index.ts';

export type HubAccess = { hub: string; user: string; password: string; secrets?: string | undefined };

export type HubMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type HubClient = AsyncDisposable & {
  /** The JSON of the answer; undefined when there is none. `path` stands below the base of the API. */
  call<Json>(method: HubMethod, path: string, body?: unknown): Promise<Json>;
  /** The JSON of the answer as it came; empty when there is none. */
  text(method: HubMethod, path: string, body?: unknown): Promise<string>;
  /** A file, part by part as it comes; it throws where it breaks off. */
  read(path: string): AsyncIterable<string>;
};

const longestMs = 60_000;

/** `withinMs`: how long each call may take; a minute when left out. */
type Means = { environment: Environment; signal: AbortSignal; withinMs?: number };
type Session = { cookie: string; csrfToken: string };

/**
 * Logs in; the session ends with the client.
 *
 * @throws SluiceError HUB_UNREACHABLE, HUB_REFUSED (also from `call`), PLAIN_HTTP_REFUSED, SETTING_INVALID, and those of secrets.
 * @example await using hub = await openHubClient(settings, { environment, signal }); await hub.call('GET', '/integrations');
 */
export async function openHubClient(
  access: HubAccess,
  { environment, signal, withinMs = longestMs }: Means,
): Promise<HubClient> {
  const base = baseOf(access.hub);
  const password = await resolveSecret(access.password, {
    environment,
    secretsFolder: access.secrets,
    setting: 'password',
  });
  const session = await logIn(base, { username: access.user, password }, signal);
  const headers = { cookie: session.cookie, 'x-csrf-token': session.csrfToken };
  return {
    async call<Json>(method: HubMethod, path: string, body?: unknown) {
      return (await ask({ url: `${base}${path}`, method, body, headers, signal, withinMs })).json as Json;
    },
    async text(method, path, body) {
      return (await ask({ url: `${base}${path}`, method, body, headers, signal, withinMs })).text;
    },
    read: (path) => readFile(`${base}${path}`, { headers, signal, withinMs }),
    async [Symbol.asyncDispose]() {
      const end = { url: `${base}/session`, method: 'DELETE', headers, signal: AbortSignal.timeout(5_000) } as const;
      await ask(end).catch(() => undefined);
    },
  };
}

function baseOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new SluiceError('SETTING_INVALID', {
      name: '--hub',
      where: 'the command line or SLUICE_HUB',
      value: url === undefined ? address : url.origin,
      expected: 'an address such as https://hub.example:8088, without user and password',
    });
  const isLoopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d+){3}$/.test(url.hostname);
  if (url.protocol === 'http:' && !isLoopback)
    throw new SluiceError('PLAIN_HTTP_REFUSED', { setting: 'address of the hub', host: url.host });
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}/api`;
}

/** A hub that goes away while it is logged in to is waited for, as one that is started anew. */
const logInTries = 15;
const logInPauseMs = 2_000;

/** It was there, and cut the connection. Who is not there at all, is told of at once. */
const brokenOff = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

async function logIn(base: string, credentials: object, signal: AbortSignal): Promise<Session> {
  for (let tries = 1, wasThere = false; ; tries += 1) {
    try {
      return await logInOnce(base, credentials, signal);
    } catch (error) {
      if (!(error instanceof SluiceError) || error.code !== 'HUB_UNREACHABLE') throw error;
      wasThere ||= brokenOff.has(String(Object(Object(error.cause).cause ?? error.cause).code));
      if (!wasThere || tries === logInTries) throw error;
      await sleep(logInPauseMs, undefined, { signal });
    }
  }
}

async function logInOnce(base: string, credentials: object, signal: AbortSignal): Promise<Session> {
  const { json, cookie } = await ask({
    url: `${base}/session`,
    method: 'POST',
    body: credentials,
    headers: {},
    signal,
  });
  const { csrfToken } = Object(json) as { csrfToken?: unknown };
  if (typeof csrfToken === 'string' && cookie !== '') return { cookie, csrfToken };
  throw unreachable(base, 'what answers there is no hub');
}

type Asked = {
  url: string;
  method: HubMethod;
  headers: Record<string, string>;
  signal: AbortSignal;
  body?: unknown;
  withinMs?: number;
};

async function ask({
  url,
  method,
  body,
  headers,
  signal,
  withinMs = longestMs,
}: Asked): Promise<{ json: unknown; text: string; cookie: string }> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const typed = body === undefined ? headers : { ...headers, 'content-type': 'application/json' };
  const { status, text, cookie } = await exchange(url, { method, headers: typed, ...sent }, { signal, withinMs });
  const json = text === '' ? undefined : parse(url, text);
  if (status >= 400) throw refusalOf(url, status, json);
  if (status >= 300) throw unreachable(url, `it answers with a redirect (status ${status})`);
  return { json, text, cookie };
}

type Bounds = { signal: AbortSignal; withinMs: number };

async function exchange(url: string, request: RequestInit, { signal, withinMs }: Bounds) {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    const answer = await fetch(url, { ...request, redirect: 'manual', signal: within });
    const cookie = (answer.headers.getSetCookie()[0] ?? '').split(';', 1)[0] ?? '';
    return { status: answer.status, text: await answer.text(), cookie };
  } catch (cause) {
    signal.throwIfAborted();
    const { cause: deeper } = Object(cause) as { cause?: unknown };
    throw unreachable(url, reasonOf(deeper ?? cause), cause);
  }
}

/** No part may take longer than a whole call. */
async function* readFile(url: string, { headers, signal, withinMs }: Bounds & { headers: Record<string, string> }) {
  const idle = new AbortController();
  const tooLate = () => idle.abort(new Error(`nothing came for ${Math.round(withinMs / 1_000)} seconds`));
  let timer = setTimeout(tooLate, withinMs);
  try {
    const answer = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.any([signal, idle.signal]) });
    if (answer.status >= 400) throw refusalOf(url, answer.status, parse(url, await answer.text()));
    if (answer.status !== 200 || answer.body === null)
      throw unreachable(url, `it answers with status ${answer.status}`);
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(timer);
      yield part;
      timer = setTimeout(tooLate, withinMs);
    }
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof SluiceError) throw cause;
    throw unreachable(url, reasonOf(Object(cause).cause ?? cause), cause);
  } finally {
    clearTimeout(timer);
  }
}

function parse(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreachable(url, 'what answers there is no hub', cause);
  }
}

/** In the hub's own words, field by field. */
function refusalOf(url: string, status: number, json: unknown): SluiceError {
  const { errors } = Object(json) as { errors?: { field: string | null; message: string; next: string }[] };
  const [first] = Array.isArray(errors) ? errors : [];
  if (errors === undefined || first === undefined) return unreachable(url, `it answers with status ${status}`);
  const message = errors.map((one) => one.message).join(' ');
  const next = [...new Set(errors.map((one) => one.next))].join(' ');
  const fields = [...new Set(errors.map((one) => one.field ?? ''))].filter((field) => field !== '').join(', ');
  return new SluiceError('HUB_REFUSED', { message, next, sentStatus: status, ...(fields === '' ? {} : { fields }) });
}

function unreachable(url: string, reason: string, cause?: unknown): SluiceError {
  return new SluiceError('HUB_UNREACHABLE', { hub: new URL(url).origin, reason }, { cause });
}
