/** HMAC-SHA256 (RFC 2104) under a key that stays the same, from two one-shot hashes: a third of the cost of `createHmac` inside a server. */
import { hash } from 'node:crypto';
import { digestBytes, digestInto } from './digest.ts';

const blockBytes = 64;
const innerPad = 0x36;
const outerPad = 0x5c;

/** Texts up to this many characters are signed in bytes that are there already; longer ones in new bytes. */
const usualCharacters = 512;

/** Signs texts (UTF-8) with HMAC-SHA256 under `secret`; the signature is in base64. */
export function createSigner(secret: string): (text: string) => string {
  const key = keyBlock(secret);
  const inner = Buffer.alloc(blockBytes + 3 * usualCharacters);
  inner.set(key.map((byte) => byte ^ innerPad));
  const outer = Buffer.alloc(blockBytes + digestBytes);
  outer.set(key.map((byte) => byte ^ outerPad));
  return (text) => {
    digestInto(outer, innerMessage(inner, text), blockBytes);
    return hash('sha256', outer, 'base64');
  };
}

/** The inner key, then the text. */
function innerMessage(inner: Buffer, text: string): Buffer {
  if (text.length > usualCharacters) return Buffer.concat([inner.subarray(0, blockBytes), Buffer.from(text)]);
  return inner.subarray(0, blockBytes + inner.write(text, blockBytes, 'utf8'));
}

function keyBlock(secret: string): Buffer {
  const bytes = Buffer.from(secret, 'utf8');
  const key = Buffer.alloc(blockBytes);
  key.set(bytes.length > blockBytes ? hash('sha256', bytes, 'buffer') : bytes);
  return key;
}
