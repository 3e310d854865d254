/** Reads the JSON body of a request: never more than a limit, never longer than a deadline, never deeper than a stack holds. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { refuseCall } from './api-refused.ts';

export type BodyLimits = { maxBytes: number; deadlineMs: number };

/** Far more than any form needs. */
const maxDepth = 64;

/** Refuses other media types with 415, and what is no JSON with 400, 408 or 413. */
export async function readJsonBody({
  request,
  ...limits
}: BodyLimits & { request: IncomingMessage }): Promise<unknown> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw refuseCall(415, 'The body of the request is not JSON.', 'Send it with Content-Type: application/json.');
  return parseJsonBody(await readBodyBytes(request, limits));
}

/** All of a stream; stops listening, but leaves the connection alone, when it is too long or too slow. */
export function readBodyBytes(body: Readable, { maxBytes, deadlineMs }: BodyLimits): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const pieces: Buffer[] = [];
  let bytes = 0;
  const onData = (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > maxBytes) reject(tooLarge(maxBytes));
    else pieces.push(piece);
  };
  const onEnd = () => resolve(Buffer.concat(pieces));
  const onBroken = () => reject(refuseCall(400, 'The body of the request broke off.', 'Send it again.'));
  const timer = setTimeout(() => reject(tooSlow(deadlineMs)), deadlineMs);
  body.on('data', onData).once('end', onEnd).once('error', onBroken).once('close', onBroken);
  return promise.finally(() => {
    clearTimeout(timer);
    body.off('data', onData).off('end', onEnd).off('close', onBroken);
    body.resume();
  });
}

const tooLarge = (maxBytes: number) =>
  refuseCall(413, `The body of the request is larger than ${maxBytes} bytes.`, 'Send less at once.');

const tooSlow = (deadlineMs: number) =>
  refuseCall(408, `The body of the request did not arrive within ${deadlineMs / 1000} seconds.`, 'Send it again.');

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The value of UTF-8 JSON; the refusal tells the place of a mistake and nothing of the text. */
export function parseJsonBody(bytes: Uint8Array): unknown {
  const value = parse(decode(bytes));
  if (isDeeper(value, maxDepth))
    throw refuseCall(400, `The body is nested more than ${maxDepth} levels deep.`, 'Send it flatter.');
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw refuseCall(400, 'The body is not UTF-8.', 'Send it in UTF-8.');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = /position (\d+)/.exec(String(error))?.[1];
    throw refuseCall(400, `The body is not valid JSON${placeOf(text, place)}.`, 'Correct it and send it again.');
  }
}

/** JSON.parse repeats the text around a mistake, which may be a secret; only its place is told. */
function placeOf(text: string, position: string | undefined): string {
  if (position === undefined) return text.trim() === '' ? ': it is empty' : '';
  const lines = text.slice(0, Number(position)).split('\n');
  return ` at line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member) => isDeeper(member, levels - 1));
}
