/** Reads the body of an answer, unpacked: whole and within a limit, or as a stream of bytes. */
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SluiceError } from '../base/index.ts';
import type { Incoming } from './connection.ts';

/** A JSON answer larger than this is not one of Salesforce's. */
const maxWholeBytes = 256 * 1024 * 1024;

/** The body as text; throws what `answer.faultOf` makes of a broken body, ANSWER_INVALID when it is too large. */
export async function readText(answer: Incoming, { what }: { what: string }): Promise<string> {
  const blocks: Buffer[] = [];
  let bytes = 0;
  for await (const block of readBlocks(answer)) {
    bytes += block.length;
    if (bytes > maxWholeBytes) throw new SluiceError('ANSWER_INVALID', { what, reason: 'it is too long' });
    blocks.push(block);
  }
  return blocks.length === 1 && blocks[0] ? blocks[0].toString('utf8') : Buffer.concat(blocks).toString('utf8');
}

/** The body piece by piece, as it comes; what was not read is given up with the loop. */
export async function* readBlocks(answer: Incoming): AsyncGenerator<Buffer> {
  try {
    for await (const block of unpacked(answer)) yield block as Buffer;
  } catch (error) {
    throw answer.faultOf(error);
  } finally {
    answer.body.destroy();
    answer.done();
  }
}

function unpacked({ headers, body }: Incoming): Readable {
  if (headers['content-encoding'] !== 'gzip') return body;
  // The error of a broken body reaches the reader through the unpacking stream, so the callback has nothing to do.
  return pipeline(body, createGunzip(), () => undefined);
}
