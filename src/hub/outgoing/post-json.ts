/** One call to an agent: to an address that was judged before, over TLS to a certificate that is known, and nowhere else. */
import { once } from 'node:events';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { reasonOf, SluiceError } from '../../base/index.ts';
import { protocolHeader, protocolVersion } from '../../protocol/index.ts';
import type { AllowedAddress } from './allowed-address.ts';

export type RemoteCall = {
  to: AllowedAddress;
  path: string;
  /** The pinned certificate, PEM; undefined for plain http on this machine. */
  certificate: string | undefined;
  credentials: { username: string; password: string };
  body: unknown;
  signal: AbortSignal;
};

export type RemoteAnswer = { status: number; json: unknown; errorCode: string | undefined };

/** More is no answer of an agent. */
const maxAnswerBytes = 50_000_000;

/**
 * Posts JSON and reads JSON. A redirect is an answer like any other, and is not followed.
 *
 * @throws SluiceError AGENT_UNREACHABLE, AGENT_CERTIFICATE_CHANGED; the reason of the signal.
 */
export async function postJson(call: RemoteCall): Promise<RemoteAnswer> {
  const { to, body, signal } = call;
  const sent = openRequest(call);
  try {
    sent.end(JSON.stringify(body));
    const [answer] = (await once(sent, 'response', { signal })) as [IncomingMessage];
    const text = await readText(answer);
    return { status: answer.statusCode ?? 0, json: parse(text), errorCode: errorCodeOf(answer) };
  } catch (cause) {
    sent.destroy();
    if (signal.aborted) throw signal.reason;
    throw cause instanceof SluiceError ? cause : unreachable(to, cause);
  }
}

/** The address is the one that was judged, whatever the name leads to by now. */
function openRequest({ to, path, certificate, credentials, signal }: RemoteCall) {
  const { username, password } = credentials;
  const options = {
    method: 'POST',
    host: to.address,
    port: to.port,
    path,
    headers: {
      host: `${to.host.includes(':') ? `[${to.host}]` : to.host}:${to.port}`,
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
      [protocolHeader]: String(protocolVersion),
    },
    agent: false as const,
    signal,
  };
  if (certificate === undefined) return requestPlain(options);
  const servername = isIP(to.host) === 0 ? { servername: to.host } : {};
  return requestTls({ ...options, ...servername, ca: certificate, checkServerIdentity: isPinned(certificate, to) });
}

/** The certificate itself is what is trusted, for whatever name it was made. */
function isPinned(certificate: string, to: AllowedAddress) {
  const wanted = Buffer.from(certificate.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  return (_host: string, { raw }: PeerCertificate): Error | undefined =>
    wanted.equals(raw) ? undefined : new SluiceError('AGENT_CERTIFICATE_CHANGED', { host: to.host, port: to.port });
}

/** The certificate an agent shows, PEM; nothing is sent to it. */
export async function fetchCertificate(to: AllowedAddress, signal: AbortSignal): Promise<string> {
  const socket = connectTls({ host: to.address, port: to.port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal });
    const { raw } = socket.getPeerCertificate();
    const lines = raw.toString('base64').match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw unreachable(to, cause);
  } finally {
    socket.destroy();
  }
}

async function readText(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
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

function errorCodeOf({ headers }: IncomingMessage): string | undefined {
  const code = headers['sluice-error'];
  return typeof code === 'string' ? code : undefined;
}

const selfSigned = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function unreachable({ host, port }: AllowedAddress, cause: unknown): SluiceError {
  if (selfSigned.has(String((cause as NodeJS.ErrnoException).code)))
    return new SluiceError('AGENT_CERTIFICATE_CHANGED', { host, port }, { cause });
  return new SluiceError('AGENT_UNREACHABLE', { host, port, reason: reasonOf(cause) }, { cause });
}
