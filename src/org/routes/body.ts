/** Reading request bodies: never more than a limit, never longer than a deadline, compressed or not. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { reasonOf } from '../../base/index.ts';
import type { Call } from './call.ts';
import { describeJsonMistake } from './json.ts';
import { jsonUnreadable, mediaTypeUnsupported, refuse } from './refusals.ts';

/** Salesforce takes request bodies of up to 50 MB. */
const maxJsonBytes = 50_000_000;

/** How long a body that is no upload may take. */
const bodyDeadlineMs = 10_000;

const gunzipBytes = promisify(gunzip);

export const bodyTooLarge = (maxBytes: number) =>
  refuse(413, 'REQUEST_ENTITY_TOO_LARGE', `The request body is larger than ${maxBytes} bytes`);

/** The JSON body of a call as an object; refuses other media types, unreadable JSON and anything but an object. */
export async function readJsonObject(call: Pick<Call, 'body' | 'headers'>): Promise<Record<string, unknown>> {
  requireMediaType(call.headers, 'application/json');
  const value = parseJson(await readBytes(call, { maxBytes: maxJsonBytes }));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw jsonUnreadable(`The request body must be a JSON object, but is ${nameOf(value)} at [line:1, column:1]`);
}

export function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

/** Lets a body without a Content-Type pass, since it is the only kind taken there. */
export function requireMediaType(headers: IncomingHttpHeaders, accepted: string): void {
  const given = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (given !== undefined && given !== '' && given !== accepted) throw mediaTypeUnsupported(accepted);
}

export async function readBytes(
  call: Pick<Call, 'body' | 'headers'>,
  { maxBytes }: { maxBytes: number },
): Promise<Buffer> {
  const raw = await collect(call.body, maxBytes);
  const encoding = contentEncodingOf(call.headers);
  if (encoding === 'identity') return raw;
  try {
    return await gunzipBytes(raw, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(maxBytes);
    throw refuse(400, 'INVALID_REQUEST', `The request body is not valid gzip: ${reasonOf(error)}`);
  }
}

export function contentEncodingOf(headers: IncomingHttpHeaders): 'gzip' | 'identity' {
  const encoding = String(headers['content-encoding'] ?? 'identity')
    .trim()
    .toLowerCase();
  if (encoding === 'identity' || encoding === '') return 'identity';
  if (encoding === 'gzip' || encoding === 'x-gzip') return 'gzip';
  throw refuse(415, 'UNSUPPORTED_MEDIA_TYPE', `Content encoding must be gzip, not ${encoding}`);
}

/** All of a stream; stops listening, but does not destroy the connection, when it is too long or too slow. */
export function collect(body: Readable, maxBytes: number, deadlineMs = bodyDeadlineMs): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const pieces: Buffer[] = [];
  let bytes = 0;
  const onData = (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > maxBytes) reject(bodyTooLarge(maxBytes));
    else pieces.push(piece);
  };
  const onEnd = () => resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces));
  const onBroken = () => reject(refuse(400, 'INVALID_REQUEST', 'The request body broke off'));
  const timer = setTimeout(
    () => reject(refuse(408, 'REQUEST_TIMEOUT', `The request body did not arrive within ${deadlineMs / 1000} seconds`)),
    deadlineMs,
  );
  body.on('data', onData).once('end', onEnd).once('error', onBroken).once('close', onBroken);
  return promise.finally(() => {
    clearTimeout(timer);
    body.off('data', onData).off('end', onEnd).off('close', onBroken);
    body.resume();
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function parseJson(bytes: Uint8Array): unknown {
  const value = parseText(decodeUtf8(bytes));
  if (isDeeper(value, maxJsonDepth))
    throw jsonUnreadable(`The request body is nested more than ${maxJsonDepth} levels deep`);
  return value;
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw jsonUnreadable(describeJsonMistake(text));
  }
}

/** Far more than any record needs, and far less than the stack of a thread holds. */
const maxJsonDepth = 64;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member) => isDeeper(member, levels - 1));
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw jsonUnreadable('Invalid UTF-8 in the request body at [line:1, column:1]');
  }
}
