/** The agent's token at its hub: one request however many wait, renewed before its end, with pauses after a failure. */
import { type Clock, pauseMs, SluiceError } from '../../base/index.ts';
import { untilAborted } from '../until-aborted.ts';
import { type HubTransport, refusalOfHub } from './hub-transport.ts';

export type HubCredentials = { clientId: string; clientSecret: string };

export type HubToken = {
  /** Throws SluiceError HUB_LOGIN_REFUSED, HUB_UNREACHABLE, and the reason of the signal. */
  get(signal: AbortSignal): Promise<string>;
  /** The hub refused this one; it is dropped only if it is still the one in use. */
  refused(token: string): void;
};

type Means = { transport: HubTransport; credentials: HubCredentials; clock: Clock; random: () => number };
type Held = { token: string; renewAtMs: number };

const fetchTimeoutMs = 15_000;
/** A refusal will not pass as soon as an outage does. */
const outagePace = { firstMs: 500, longestMs: 30_000 };
const refusalPace = { firstMs: 5_000, longestMs: 300_000 };
/** Met early by 5 to 15 % of the lifetime, by chance. */
const early = { least: 0.05, most: 0.15 };

export function createHubToken(means: Means): HubToken {
  const { clock, random } = means;
  let held: Held | undefined;
  let flight: Promise<Held> | undefined;
  let failure: { error: unknown; untilMs: number } | undefined;
  let failures = 0;

  function keep(fetched: Held): Held {
    held = fetched;
    failure = undefined;
    failures = 0;
    return fetched;
  }

  function fail(error: unknown): never {
    failures += 1;
    const isRefusal = error instanceof SluiceError && error.code === 'HUB_LOGIN_REFUSED';
    failure = { error, untilMs: clock.now() + pauseMs(isRefusal ? refusalPace : outagePace, failures, random()) };
    throw error;
  }

  /** The flight is cleared behind its assignment, so that a failed one is never kept. */
  function fly(): Promise<Held> {
    if (flight) return flight;
    if (failure && clock.now() < failure.untilMs) return Promise.reject(failure.error);
    const started = fetchToken(means).then(keep, fail);
    flight = started;
    const land = () => {
      flight = undefined;
    };
    started.then(land, land);
    return started;
  }

  return {
    async get(signal) {
      if (held && clock.now() < held.renewAtMs) return held.token;
      return (await untilAborted(fly(), signal)).token;
    },
    refused(token) {
      if (held?.token === token) held = undefined;
    },
  };
}

async function fetchToken({ transport, credentials, clock, random }: Means): Promise<Held> {
  const { token, seconds } = await fetchHubToken(transport, credentials);
  const share = 1 - early.least - (early.most - early.least) * random();
  const lifeMs = seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000 * share;
  return { token, renewAtMs: clock.now() + lifeMs };
}

/**
 * One request for a token, and the seconds it lasts.
 *
 * @throws SluiceError HUB_LOGIN_REFUSED, HUB_UNREACHABLE, HUB_CERTIFICATE_UNTRUSTED, HUB_ANSWER_INVALID.
 */
export async function fetchHubToken(
  transport: HubTransport,
  { clientId, clientSecret }: HubCredentials,
): Promise<{ token: string; seconds: number | undefined }> {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' };
  const signal = AbortSignal.timeout(fetchTimeoutMs);
  const { hub } = transport;
  const answer = await transport
    .post({ path: '/oauth2/token', headers, body: 'grant_type=client_credentials', signal })
    .catch((cause: unknown) => {
      if (cause instanceof SluiceError) throw cause;
      const reason = `it gave no token within ${fetchTimeoutMs / 1000} seconds`;
      throw new SluiceError('HUB_UNREACHABLE', { hub, reason }, { cause });
    });
  const { access_token: token, expires_in: seconds, error } = Object(answer.json) as Record<string, unknown>;
  if ((answer.status === 400 || answer.status === 401) && typeof error === 'string')
    throw new SluiceError('HUB_LOGIN_REFUSED', { hub, reason: error });
  if (answer.status !== 200 || typeof token !== 'string') throw refusalOfHub(hub, answer);
  return { token, seconds: typeof seconds === 'number' ? seconds : undefined };
}
