/** Gathers the pieces of a COPY in blocks, so that whoever reads is not woken for each; the blocks' memory is used again and again. */
import type { Duplex } from 'node:stream';

const blockBytes = 262_144;

/** A block with less space than this is given on, so that every read of the connection is worth its while. */
const leastSpace = 65_536;

/** Blocks that wait while their reader is slow; the server then waits too. */
const mostWaiting = 2;

export type CopyBlocks = {
  /** The stream that is held up while enough blocks wait. */
  holdUp(stream: Duplex): void;
  /** Where the next bytes go. */
  space(): Buffer;
  /** So many bytes have been put there. */
  filled(length: number): void;
  end(): void;
  fail(error: unknown): void;
  /** Good until the next is asked for. Undefined at the end; throws what it failed with, once all blocks before are taken. */
  next(): Promise<Buffer | undefined>;
};

export function createCopyBlocks(): CopyBlocks {
  const waiting: { memory: Buffer; length: number }[] = [];
  const free: Buffer[] = [];
  let stream: Duplex | undefined;
  let memory: Buffer = Buffer.allocUnsafeSlow(blockBytes);
  let length = 0;
  let given: Buffer | undefined;
  let ending: { error?: unknown } | undefined;
  let wake = () => {};

  function giveOn(): void {
    waiting.push({ memory, length });
    memory = free.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
    length = 0;
    if (waiting.length >= mostWaiting) stream?.pause();
    wake();
  }

  function end(how: { error?: unknown }): void {
    ending ??= how;
    if (length > 0) giveOn();
    wake();
  }

  /** The reader is done with the block it had. */
  function takeBack(): void {
    if (given) free.push(given);
    given = undefined;
    if (waiting.length < mostWaiting) stream?.resume();
  }

  return {
    holdUp(held) {
      stream = held;
    },
    space: () => memory.subarray(length),
    filled(more) {
      length += more;
      if (blockBytes - length < leastSpace) giveOn();
    },
    end: () => end({}),
    fail: (error) => end({ error }),
    async next() {
      takeBack();
      while (waiting.length === 0 && !ending) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const block = waiting.shift();
      given = block?.memory;
      if (block) return block.memory.subarray(0, block.length);
      if (ending && 'error' in ending) throw ending.error;
      return undefined;
    },
  };
}
