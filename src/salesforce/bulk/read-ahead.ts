/** Reads on while its reader is busy, up to a number of bytes, so that the wire does not stand still. */

export type AheadBlocks = AsyncIterableIterator<Buffer> & { return(): Promise<IteratorResult<Buffer>> };

const atEnd: IteratorResult<Buffer> = { value: undefined, done: true };

/** The same blocks in the same order; what goes wrong is thrown behind the last good block. Giving it up gives up the source. */
export function readAhead(source: AsyncGenerator<Buffer>, { maxBytes }: { maxBytes: number }): AheadBlocks {
  const blocks: Buffer[] = [];
  let bytes = 0;
  let ended = false;
  let fault: { error: unknown } | undefined;
  // Only one of the two sides ever waits: the source where there is too much, the reader where there is nothing.
  let wake = () => {};
  const change = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    return promise;
  };
  const end = () => {
    ended = true;
    wake();
  };
  const fill = async () => {
    for await (const block of source) {
      blocks.push(block);
      bytes += block.length;
      wake();
      while (bytes >= maxBytes && !ended) await change();
      if (ended) return;
    }
  };
  fill()
    .catch((error: unknown) => {
      fault = { error };
    })
    .finally(end);
  return {
    async next() {
      while (blocks.length === 0 && !ended) await change();
      const block = blocks.shift();
      if (block !== undefined) {
        bytes -= block.length;
        wake();
        return { value: block, done: false };
      }
      if (fault !== undefined) throw fault.error;
      return atEnd;
    },
    async return() {
      blocks.length = 0;
      fault = undefined;
      end();
      return atEnd;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
