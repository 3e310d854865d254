/** Puts an answer on the wire: JSON compact or pretty, compressed when asked, streams piece by piece. */
import type { IncomingHttpHeaders } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGzip, gzip } from 'node:zlib';
import type { FastifyReply } from 'fastify';
import type { EndpointResponse } from '../../oauth/index.ts';
import type { Answer } from './call.ts';
import { prettyJson } from './json.ts';

const jsonType = 'application/json;charset=UTF-8';

/** Below this size compression costs more than it saves. */
const compressFromBytes = 1_000;

const gzipBytes = promisify(gzip);

/** On every answer of the data API, as recorded; what Salesforce sends on all of its resources. */
const standingHeaders = {
  'Cache-Control': 'no-cache,must-revalidate,max-age=0,no-store,private',
  Vary: 'Accept-Encoding',
  'X-Content-Type-Options': 'nosniff',
};

export async function send(reply: FastifyReply, headers: IncomingHttpHeaders, answer: Answer): Promise<void> {
  reply.code(answer.status).headers({ ...standingHeaders, ...answer.headers });
  // Who was too slow is not waited for any longer.
  if (answer.status === 408) reply.header('Connection', 'close');
  if (answer.bytes !== undefined) return sendStream(reply, headers, answer.bytes, answer.contentType);
  const text = answer.text ?? (answer.json === undefined ? undefined : writeJson(answer.json, headers));
  if (text === undefined) {
    reply.send();
    return;
  }
  reply.header('Content-Type', answer.contentType ?? jsonType);
  reply.send(await compressed(reply, headers, Buffer.from(text)));
}

function writeJson(value: unknown, headers: IncomingHttpHeaders): string {
  return wantsPretty(headers) ? prettyJson(value) : JSON.stringify(value);
}

export function wantsPretty(headers: IncomingHttpHeaders): boolean {
  const asked = headers['x-prettyprint'];
  return asked !== undefined && /^(1|true)$/i.test(String(asked));
}

const jsonHeaders = { ...standingHeaders, 'Content-Type': jsonType };

/** The same with no router, for what is short; text is JSON when no other type is named. */
export function readyAnswer(headers: IncomingHttpHeaders, answer: Answer): EndpointResponse {
  const { status, json, contentType, text = writeJson(json, headers) } = answer;
  const sent = contentType === undefined ? jsonHeaders : { ...standingHeaders, 'Content-Type': contentType };
  return { status, headers: sent, body: text };
}

async function compressed(reply: FastifyReply, headers: IncomingHttpHeaders, bytes: Buffer): Promise<Buffer> {
  if (bytes.length < compressFromBytes || !acceptsGzip(headers)) return bytes;
  reply.header('Content-Encoding', 'gzip');
  return gzipBytes(bytes, { level: constants.Z_BEST_SPEED });
}

/** Whether `gzip` or `*` is named in Accept-Encoding without `q=0` (RFC 9110 section 12.5.3). */
export function acceptsGzip(headers: IncomingHttpHeaders): boolean {
  const accepted = headers['accept-encoding'];
  if (accepted === undefined) return false;
  const entry = /(?:^|,)\s*(?:x-)?(?:gzip|\*)\s*(?:;\s*q=([\d.]+))?\s*(?=,|$)/i.exec(String(accepted));
  return entry !== null && Number(entry[1] ?? 1) > 0;
}

function sendStream(
  reply: FastifyReply,
  headers: IncomingHttpHeaders,
  pieces: AsyncIterable<Uint8Array>,
  contentType = 'application/octet-stream',
): void {
  const source = Readable.from(pieces, { objectMode: false });
  reply.header('Content-Type', contentType);
  if (!acceptsGzip(headers)) {
    reply.send(source);
    return;
  }
  reply.header('Content-Encoding', 'gzip');
  reply.send(pipeline(source, createGzip({ level: constants.Z_BEST_SPEED }), () => {}));
}
