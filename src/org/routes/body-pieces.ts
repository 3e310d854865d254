/** Long request bodies piece by piece: they may take as long as they like, if they never stand still for long. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { reasonOf } from '../../base/index.ts';
import { OrgRefused } from '../records/index.ts';
import { contentEncodingOf } from './body.ts';
import type { Call } from './call.ts';
import { refuse } from './refusals.ts';

const longestIdleMs = 60_000;

/** How a refusal calls the body, its code for one that broke off, and how long it may stand still. */
export type BodyWords = { what: string; code: string; idleMs?: number };

/** The pieces as they come; a body that stands still or breaks off is refused, and the connection is left as it is. */
export async function* piecesOf(
  content: Readable,
  { what, code, idleMs = longestIdleMs }: BodyWords,
): AsyncGenerator<Buffer> {
  let idle: NodeJS.Timeout | undefined;
  const stand = () =>
    content.destroy(refuse(408, 'REQUEST_TIMEOUT', `The ${what} stood still for ${idleMs / 1000} seconds`));
  try {
    idle = setTimeout(stand, idleMs);
    for await (const piece of content.iterator({ destroyOnReturn: false })) {
      idle.refresh();
      yield piece;
    }
  } catch (error) {
    throw error instanceof OrgRefused ? error : refuse(400, code, `The ${what} broke off: ${reasonOf(error)}`);
  } finally {
    clearTimeout(idle);
    content.resume();
  }
}

/** The same for the body of a call, no longer compressed. */
export function bodyPieces(
  { body, headers }: Pick<Call, 'body' | 'headers'>,
  words: BodyWords,
): AsyncGenerator<Buffer> {
  return piecesOf(contentEncodingOf(headers) === 'gzip' ? unzipped(body) : body, words);
}

export function unzipped(body: Readable): Readable {
  const gunzip = createGunzip();
  body.once('error', (error) => gunzip.destroy(error));
  body.once('close', () => body.readableEnded || gunzip.destroy(new Error('the connection was closed')));
  void once(gunzip, 'close').then(
    () => body.resume(),
    () => body.resume(),
  );
  return body.pipe(gunzip);
}
