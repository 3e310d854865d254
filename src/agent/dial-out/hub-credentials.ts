/** What the agent signs in with at its hub: got for a one-time code, kept in a file for its owner alone. */
import { hash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf, SluiceError, withRetry } from '../../base/index.ts';
import { type AgentAnswer, dialOutPaths } from '../../protocol/index.ts';
import { fetchHubToken, type HubCredentials } from './hub-token.ts';
import { type HubTransport, refusalOfHub } from './hub-transport.ts';

type Kept = HubCredentials & {
  /** They are sent to this address and no other. */
  hub: string;
  /** SHA-256 of the code they were got for, so that the same code, still set at the next start, is not used again. */
  codeDigest: string;
};

export type Registering = {
  folder: string;
  transport: HubTransport;
  code: string | undefined;
  /** As in open-dial-out.ts. */
  invite: (() => Promise<string>) | undefined;
  about: AgentAnswer<'about'>;
  signal: AbortSignal;
};

const fileName = 'hub.json';
const registerTimeoutMs = 30_000;
const registerForMs = 20_000;

/**
 * The credentials in the folder, or those that the code is good for.
 *
 * @throws SluiceError HUB_CODE_MISSING, HUB_REFUSED, HUB_UNREACHABLE after some tries, FILE_UNREADABLE.
 */
export async function openHubCredentials(registering: Registering): Promise<HubCredentials> {
  const { folder, transport, code, invite } = registering;
  const { hub } = transport;
  const file = join(folder, fileName);
  const kept = readKept(file);
  if (invite !== undefined) {
    if (kept !== undefined && (await areTaken(registering, kept))) return kept;
    return await getCredentials(registering, file, await invite());
  }
  const isForHub = kept?.hub === hub;
  if (kept && isForHub && (code === undefined || kept.codeDigest === digestOf(code))) return kept;
  if (code === undefined) throw new SluiceError('HUB_CODE_MISSING', { hub });
  return await getCredentials(registering, file, code);
}

/** Whether an agent in this folder was registered at a hub. */
export function hasHubCredentials(folder: string): boolean {
  return existsSync(join(folder, fileName));
}

/** Whether the hub, which is there for certain, still knows them. */
async function areTaken({ transport }: Registering, credentials: HubCredentials): Promise<boolean> {
  try {
    await fetchHubToken(transport, credentials);
    return true;
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'HUB_LOGIN_REFUSED') return false;
    throw error;
  }
}

async function getCredentials(registering: Registering, file: string, code: string): Promise<HubCredentials> {
  const act = () => register(registering, code);
  const credentials = await withRetry(act, {
    forMs: registerForMs,
    repeatable: true,
    what: 'registering at the hub',
    signal: registering.signal,
  });
  writeKept(file, { ...credentials, hub: registering.transport.hub, codeDigest: digestOf(code) });
  return credentials;
}

async function register({ transport, about, signal }: Registering, code: string): Promise<HubCredentials> {
  const answer = await transport.post({
    path: dialOutPaths.register,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, about }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(registerTimeoutMs)]),
  });
  if (answer.status !== 201) throw refusalOfHub(transport.hub, answer);
  const { clientId, clientSecret } = Object(answer.json) as Record<string, unknown>;
  if (typeof clientId === 'string' && typeof clientSecret === 'string') return { clientId, clientSecret };
  throw new SluiceError('HUB_ANSWER_INVALID', { hub: transport.hub, reason: 'it holds no credentials' });
}

function digestOf(code: string): string {
  return hash('sha256', code.trim());
}

function readKept(file: string): Kept | undefined {
  if (!existsSync(file)) return undefined;
  try {
    chmodSync(file, 0o600);
    return JSON.parse(readFileSync(file, 'utf8')) as Kept;
  } catch (cause) {
    throw new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  }
}

/** Whole under another name first, so that a crash leaves no half of it. */
function writeKept(file: string, kept: Kept): void {
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  } catch (cause) {
    throw new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  }
}
