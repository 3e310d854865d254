/** Calls to the hub: to one address, over TLS to a certificate that is trusted, within bounds of time and size. */
import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { Agent, request } from 'undici';
import { reasonOf, SluiceError } from '../../base/index.ts';
import { protocolHeader, protocolVersion, readProtocolVersion } from '../../protocol/index.ts';

/** `protocol`: the version that came with it. */
export type HubAnswer = { status: number; json: unknown; protocol: number };

export type HubCall = {
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  signal: AbortSignal;
};

export type HubTransport = AsyncDisposable & {
  /** Scheme, host and port. */
  readonly hub: string;
  /** Posts once. Throws SluiceError HUB_UNREACHABLE, HUB_CERTIFICATE_UNTRUSTED, and the reason of the signal. */
  post(call: HubCall): Promise<HubAnswer>;
};

const maxAnswerBytes = 50_000_000;
const connectTimeoutMs = 10_000;
/** Longer than the hub holds a question for requests. */
const silenceMs = 60_000;

/** `certificate`: the only one that is trusted, PEM; without it those that the system trusts. */
export function openHubTransport(hub: string, certificate: string | undefined): HubTransport {
  const trust = certificate === undefined ? {} : trustIn(certificate);
  const dispatcher = new Agent({ connect: { timeout: connectTimeoutMs, ...trust }, pipelining: 1 });
  return {
    hub,
    async post({ path, headers, body, signal }) {
      try {
        const answer = await request(new URL(path, hub), {
          method: 'POST',
          headers: { ...headers, [protocolHeader]: String(protocolVersion) },
          body,
          signal,
          dispatcher,
          headersTimeout: silenceMs,
          bodyTimeout: silenceMs,
        });
        const protocol = readProtocolVersion(answer.headers[protocolHeader.toLowerCase()]);
        return { status: answer.statusCode, json: parse(await readText(answer.body)), protocol };
      } catch (cause) {
        if (signal.aborted) throw signal.reason;
        throw failureOf(hub, cause);
      }
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

const untrusted = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT)/;

function failureOf(hub: string, cause: unknown): SluiceError {
  const code = String((cause as NodeJS.ErrnoException).code);
  const values = { hub, reason: reasonOf(cause) };
  if (untrusted.test(code)) return new SluiceError('HUB_CERTIFICATE_UNTRUSTED', values, { cause });
  return new SluiceError('HUB_UNREACHABLE', values, { cause });
}

/** Trusted is what stands in the file, also where it was signed by others that do not. */
function trustIn(certificate: string) {
  return { ca: certificate, allowPartialTrustChain: true, checkServerIdentity: pinned(certificate) };
}

/** The certificate itself is trusted for whatever name it was made; what it has signed, for its own names. */
function pinned(certificate: string) {
  const { raw: wanted } = new X509Certificate(certificate);
  return (host: string, shown: PeerCertificate) =>
    wanted.equals(shown.raw) ? undefined : checkServerIdentity(host, shown);
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > maxAnswerBytes) throw new Error(`the answer is larger than ${maxAnswerBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the hub said no with, in its own words. */
export function refusalOfHub(hub: string, { status, json }: Pick<HubAnswer, 'status' | 'json'>): SluiceError {
  const [first] = (Object(json) as { errors?: { message?: unknown; next?: unknown }[] }).errors ?? [];
  if (typeof first?.message !== 'string' || typeof first.next !== 'string')
    return new SluiceError('HUB_ANSWER_INVALID', { hub, reason: `it came with status ${status}` });
  // A hub that cannot serve now is like one that is away.
  if (status >= 500 || status === 429) return new SluiceError('HUB_UNREACHABLE', { hub, reason: first.message });
  return new SluiceError('HUB_REFUSED', { message: first.message, next: first.next });
}
