/** Bulk API 2.0 ingest, job and content in one multipart request (up to 100,000 characters). */
import type { IncomingHttpHeaders } from 'node:http';
import { parseJson, readBytes } from './body.ts';
import type { Call } from './call.ts';
import { jsonUnreadable, refuse } from './refusals.ts';

const maxCharacters = 100_000;

/** Four bytes a character at most, and room for the parts' heads and the job. */
const maxMultipartBytes = 4 * maxCharacters + 16_384;

const multipartInvalid = (message: string) => refuse(400, 'INVALIDJOB', message);

export function isMultipart(headers: IncomingHttpHeaders): boolean {
  return /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');
}

export async function readMultipartJob(call: Call): Promise<{ job: Record<string, unknown>; content: Buffer }> {
  const boundary = /\bboundary=(?:"([^"]+)"|([^;\s]+))/i
    .exec(call.headers['content-type'] ?? '')
    ?.slice(1)
    .find(Boolean);
  if (boundary === undefined) throw multipartInvalid('The Content-Type of a multipart request needs a boundary');
  const parts = splitParts(await readBytes(call, { maxBytes: maxMultipartBytes }), boundary);
  const job = parts.get('job');
  const content = parts.get('content');
  if (job === undefined || content === undefined)
    throw multipartInvalid('A multipart request needs a part named job and a part named content');
  if (content.toString('utf8').length > maxCharacters)
    throw multipartInvalid(`The content is longer than ${maxCharacters} characters: upload it with PUT`);
  return { job: asObject(parseJson(job)), content };
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw jsonUnreadable('The part job must be a JSON object');
  return value as Record<string, unknown>;
}

/** Bodies of the parts by their names (RFC 7578). */
function splitParts(body: Buffer, boundary: string): Map<string, Buffer> {
  const parts = new Map<string, Buffer>();
  const fence = Buffer.from(`\r\n--${boundary}`);
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  let at = whole.indexOf(fence);
  while (at >= 0) {
    const next = whole.indexOf(fence, at + fence.length);
    if (next < 0) break;
    const part = whole.subarray(at + fence.length, next);
    const headEnd = part.indexOf('\r\n\r\n');
    const name = headEnd < 0 ? undefined : /;\s*name="([^"]*)"/i.exec(part.subarray(0, headEnd).toString('utf8'))?.[1];
    if (name !== undefined) parts.set(name.toLowerCase(), part.subarray(headEnd + 4));
    at = next;
  }
  return parts;
}
