/** Calls of an agent that is signed in: each with its token, and once more with a new one when that was refused. */
import { SluiceError } from '../../base/index.ts';
import type { HubProtocol } from '../hub-protocol.ts';
import type { HubToken } from './hub-token.ts';
import { type HubAnswer, type HubTransport, refusalOfHub } from './hub-transport.ts';

export type HubCalls = {
  /** Gives answers of status 200 and 204, and those of `alsoGood`; throws what transport and token throw, and HUB_REFUSED. */
  post(path: string, body: unknown, options: PostOptions): Promise<HubAnswer>;
  /** The same for a body that is JSON already. */
  postText(path: string, text: string, options: PostOptions): Promise<HubAnswer>;
};

type PostOptions = { signal: AbortSignal; alsoGood?: number };

const good = new Set([200, 204]);

type Means = { transport: HubTransport; token: HubToken; protocol: Pick<HubProtocol, 'heard'> };

export function createHubCalls({ transport, token, protocol }: Means): HubCalls {
  const { hub } = transport;
  async function postOnce(path: string, body: string, signal: AbortSignal): Promise<HubAnswer> {
    const accessToken = await token.get(signal);
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
    const answer = await transport.post({ path, headers, body, signal });
    if (answer.status === 401) token.refused(accessToken);
    return answer;
  }
  async function postText(path: string, text: string, { signal, alsoGood }: PostOptions): Promise<HubAnswer> {
    const first = await postOnce(path, text, signal);
    const answer = first.status === 401 ? await postOnce(path, text, signal) : first;
    // Of other answers it is not known who gave them.
    if (good.has(answer.status)) protocol.heard(answer.protocol);
    if (good.has(answer.status) || answer.status === alsoGood) return answer;
    if (answer.status === 401) throw new SluiceError('HUB_LOGIN_REFUSED', { hub, reason: 'it refuses its own tokens' });
    throw refusalOfHub(hub, answer);
  }
  return { postText, post: (path, body, options) => postText(path, JSON.stringify(body), options) };
}
