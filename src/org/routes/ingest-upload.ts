/** Bulk API 2.0 ingest, the one upload of a job: from the socket to the disk, never held in memory. */
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { maxUploadBytes } from '../records/index.ts';
import { bodyTooLarge, contentEncodingOf, requireMediaType } from './body.ts';
import { piecesOf, unzipped } from './body-pieces.ts';
import { type Answer, type Call, type OrgParts, param } from './call.ts';

/** Small pieces are gathered to this size before they are written. */
const writeBytes = 1 << 20;

const brokenUpload = { what: 'upload', code: 'INVALIDBATCH' } as const;

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
  for await (const piece of piecesOf(content, brokenUpload)) {
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
