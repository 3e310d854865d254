/** Bulk API 2.0 ingest, the one upload of a job: from the socket to the disk, never held in memory. */
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { reasonOf } from '../../base/index.ts';
import { maxUploadBytes, OrgRefused } from '../records/index.ts';
import { bodyTooLarge, contentEncodingOf, requireMediaType } from './body.ts';
import { type Answer, type Call, type OrgParts, param } from './call.ts';
import { refuse } from './refusals.ts';

/** An upload may take as long as it likes, if it never stands still for this long. */
const uploadIdleMs = 60_000;

/** Small pieces are gathered to this size before they are written. */
const writeBytes = 1 << 20;

type JobName = { userId: string; id: string };

export async function takeUpload(call: Call, org: OrgParts): Promise<Answer> {
  requireMediaType(call.headers, 'text/csv');
  const encoding = contentEncodingOf(call.headers);
  if (Number(call.headers['content-length'] ?? 0) > maxUploadBytes) throw bodyTooLarge(maxUploadBytes);
  const job = { userId: call.session.userId, id: param(call, 'id') };
  await writeUpload(org, job, encoding === 'gzip' ? unzipped(call.body) : call.body);
  return { status: 201 };
}

/** Takes the bytes into the job's file; when they break off, the job is as it was before. */
export async function writeUpload(org: OrgParts, job: JobName, content: Readable | Buffer): Promise<void> {
  const { file } = await org.records.beginUpload(job);
  try {
    const bytes = await writeFile(file, content, org.durable);
    await org.records.finishUpload({ ...job, bytes });
  } catch (error) {
    await org.records.dropUpload(job);
    throw error;
  }
}

async function writeFile(path: string, content: Readable | Buffer, durable: boolean): Promise<number> {
  const file = await open(path, 'w', 0o600);
  try {
    const bytes = Buffer.isBuffer(content) ? await writeAll(file, [content]) : await writeStream(file, content);
    if (durable) await file.datasync();
    return bytes;
  } finally {
    await file.close();
  }
}

async function writeStream(file: FileHandle, content: Readable): Promise<number> {
  let pieces: Buffer[] = [];
  let gathered = 0;
  let bytes = 0;
  for await (const piece of piecesOf(content)) {
    pieces.push(piece);
    gathered += piece.length;
    if (bytes + gathered > maxUploadBytes) throw bodyTooLarge(maxUploadBytes);
    if (gathered < writeBytes) continue;
    bytes += await writeAll(file, pieces);
    pieces = [];
    gathered = 0;
  }
  return bytes + (await writeAll(file, pieces));
}

async function writeAll(file: FileHandle, pieces: readonly Buffer[]): Promise<number> {
  const block = Buffer.concat(pieces);
  if (block.length > 0) await file.appendFile(block);
  return block.length;
}

/** The pieces as they come; a body that stands still or breaks off is refused, and the connection is left as it is. */
async function* piecesOf(content: Readable): AsyncGenerator<Buffer> {
  let idle: NodeJS.Timeout | undefined;
  const stand = () =>
    content.destroy(refuse(408, 'REQUEST_TIMEOUT', `The upload stood still for ${uploadIdleMs / 1000} seconds`));
  try {
    idle = setTimeout(stand, uploadIdleMs);
    for await (const piece of content.iterator({ destroyOnReturn: false })) {
      idle.refresh();
      yield piece;
    }
  } catch (error) {
    throw error instanceof OrgRefused ? error : refuse(400, 'INVALIDBATCH', `The upload broke off: ${reasonOf(error)}`);
  } finally {
    clearTimeout(idle);
    content.resume();
  }
}

function unzipped(body: Readable): Readable {
  const gunzip = createGunzip();
  body.once('error', (error) => gunzip.destroy(error));
  body.once('close', () => body.readableEnded || gunzip.destroy(new Error('the connection was closed')));
  void once(gunzip, 'close').then(
    () => body.resume(),
    () => body.resume(),
  );
  return body.pipe(gunzip);
}
