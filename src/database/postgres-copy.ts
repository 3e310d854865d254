/** Reads what COPY … TO STDOUT sends in large blocks: the driver's own reader makes an object of every row. */
import type { Client, Connection, Submittable } from 'pg';
import { type CopyBlocks, createCopyBlocks } from './copy-blocks.ts';
import { takeBytes } from './direct-socket.ts';

/**
 * Runs the statement and gives the payload of its answer, in blocks that end anywhere; each is good until the next is asked for.
 *
 * While the answer lasts, the bytes of the connection come here and not to the driver; from the message that ends it, CopyDone or an
 * error, the driver has them again. So errors are those of the driver.
 */
export async function* readCopy(client: Client, statement: string): AsyncGenerator<Buffer> {
  const blocks = createCopyBlocks();
  client.query(createCopyQuery(statement, blocks));
  for (;;) {
    const block = await blocks.next();
    if (!block) return;
    yield block;
  }
}

/** What the driver calls of a query that it runs. */
type DriverQuery = Submittable & {
  handleCommandComplete(): void;
  handleReadyForQuery(): void;
  handleError(error: unknown): void;
};

function createCopyQuery(statement: string, blocks: CopyBlocks): DriverQuery {
  return {
    submit(connection: Connection) {
      const unwrap = createUnwrapper();
      blocks.holdUp(connection.stream);
      takeBytes(connection.stream, {
        space: blocks.space,
        filled(length) {
          const { payload, end } = unwrap(blocks.space().subarray(0, length));
          blocks.filled(payload);
          return end;
        },
      });
      connection.query(statement);
    },
    handleCommandComplete: () => undefined,
    handleReadyForQuery: () => blocks.end(),
    handleError: (error) => blocks.fail(error),
  };
}

const copyData = 0x64;
/** Messages that may come before the end (PostgreSQL, "COPY Operations"): CopyData, CopyOutResponse, notice, parameter, notification. */
const passing: ReadonlySet<number> = new Set([copyData, 0x48, 0x4e, 0x53, 0x41]);
const headBytes = 5;

export type Unwrapped = {
  /** How many bytes of payload now stand at the front of the data. */
  payload: number;
  /** Where the message begins that ends the answer; -1 when it has not come yet. */
  end: number;
};

/** Moves the payload of CopyData to the front of each piece of data, over the heads of its messages; pieces may end anywhere. */
export function createUnwrapper(): (data: Buffer) => Unwrapped {
  const head = Buffer.alloc(headBytes);
  let headLength = 0;
  let left = 0;
  let isPayload = false;

  /** Gives the index behind it; a head that lies in one piece needs no copy. */
  function readHead(data: Buffer, at: number): number {
    if (headLength === 0 && at + headBytes <= data.length) {
      isPayload = data[at] === copyData;
      left = data.readUInt32BE(at + 1) - 4;
      return at + headBytes;
    }
    const copied = data.copy(head, headLength, at);
    headLength += copied;
    if (headLength < headBytes) return at + copied;
    headLength = 0;
    isPayload = head[0] === copyData;
    left = head.readUInt32BE(1) - 4;
    return at + copied;
  }

  return (data) => {
    let payload = 0;
    let at = 0;
    while (at < data.length) {
      if (left === 0) {
        if (headLength === 0 && !passing.has(data[at] as number)) return { payload, end: at };
        at = readHead(data, at);
        continue;
      }
      const part = Math.min(left, data.length - at);
      if (isPayload) {
        data.copyWithin(payload, at, at + part);
        payload += part;
      }
      left -= part;
      at += part;
    }
    return { payload, end: -1 };
  };
}
