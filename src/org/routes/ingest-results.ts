/** Bulk API 2.0 ingest, the three result files, passed on piece by piece. */
import type { ResultKind } from '../records/index.ts';
import { type Handler, param } from './call.ts';

export function downloadResults(kind: ResultKind): Handler {
  return async (call, org) => {
    const pieces = org.records.results({ userId: call.session.userId, id: param(call, 'id'), kind });
    return { status: 200, contentType: 'text/csv', bytes: await startReading(pieces) };
  };
}

/** Waits for the first piece, so that a refusal comes before the status has been sent. */
async function startReading(pieces: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const reader = pieces[Symbol.asyncIterator]();
  let next = await reader.next();
  return (async function* passOn() {
    try {
      while (next.done !== true) {
        yield next.value;
        next = await reader.next();
      }
    } finally {
      await reader.return?.();
    }
  })();
}
