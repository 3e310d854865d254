import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createUnwrapper } from './postgres-copy.ts';

const message = (code: string, payload: Uint8Array): Buffer => {
  const head = Buffer.alloc(5);
  head.write(code, 'latin1');
  head.writeUInt32BE(payload.length + 4, 1);
  return Buffer.concat([head, payload]);
};

const messages = fc.array(fc.tuple(fc.constantFrom('d', 'd', 'd', 'N', 'S', 'A'), fc.uint8Array({ maxLength: 40 })));
const cuts = fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1 });

test('the payload of a COPY is what stands in its CopyData messages, wherever the bytes are cut', () => {
  fc.assert(
    fc.property(messages, cuts, fc.constantFrom('c', 'E'), (sent, lengths, ending) => {
      const behind = Buffer.concat([message(ending, Buffer.from('x')), message('Z', Buffer.from('I'))]);
      const before = [message('H', Buffer.alloc(7)), ...sent.map(([code, payload]) => message(code, payload))];
      const bytes = Buffer.concat([...before, behind]);
      const unwrap = createUnwrapper();
      const got: Buffer[] = [];
      let rest: Buffer | undefined;
      for (let from = 0, turn = 0; from < bytes.length && !rest; turn++) {
        const to = from + (lengths[turn % lengths.length] ?? 1);
        const piece = Buffer.from(bytes.subarray(from, to));
        const { payload, end } = unwrap(piece);
        got.push(piece.subarray(0, payload));
        if (end >= 0) rest = Buffer.concat([piece.subarray(end), bytes.subarray(to)]);
        from = to;
      }
      const payloads = sent.flatMap(([code, payload]) => (code === 'd' ? [payload] : []));
      assert.deepEqual(Buffer.concat(got), Buffer.concat(payloads));
      assert.deepEqual(rest, behind);
    }),
  );
});
