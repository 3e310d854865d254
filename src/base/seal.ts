/** Seals secrets with AES-256-GCM under a key in a file of its own beside the store. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { reasonOf, SluiceError } from './errors.ts';

/** `purpose` says what is sealed (e.g. the app's id); what was sealed for one purpose does not open for another. */
export type Seal = {
  seal(secret: string, purpose: string): Uint8Array;
  /** Throws KEY_FILE_INVALID when the key is not the one it was sealed with. */
  open(sealed: Uint8Array, purpose: string): string;
};

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * The seal whose key is in a file. At first start (`mayCreate`) the key file is made, mode 0600, and on disk before this returns.
 *
 * @throws SluiceError KEY_FILE_INVALID when it is missing or no key.
 */
export function openSeal({ file, mayCreate }: { file: string; mayCreate: boolean }): Seal {
  const key = (mayCreate && createKey(file)) || readKey(file);
  return {
    seal(secret, purpose) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(purpose));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]);
    },
    open(sealed, purpose) {
      try {
        const nonce = sealed.subarray(0, nonceBytes);
        const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes);
        const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
        decipher.setAAD(Buffer.from(purpose)).setAuthTag(tag);
        return decipher.update(sealed.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new SluiceError('KEY_FILE_INVALID', { file, reason: 'is not the one they were sealed with' }, { cause });
      }
    },
  };
}

/** The new key, or undefined when there is a file already. Written whole under another name first: a crash leaves no half of a key. */
function createKey(file: string): Buffer | undefined {
  if (existsSync(file)) return undefined;
  const key = randomBytes(keyBytes);
  try {
    writeFileSync(`${file}.new`, `${key.toString('base64')}\n`, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
    return key;
  } catch (cause) {
    throw new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  }
}

function readKey(file: string): Buffer {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SluiceError('KEY_FILE_INVALID', { file, reason: `cannot be read: ${reasonOf(cause)}` }, { cause });
  }
  const key = Buffer.from(text, 'base64');
  if (key.length !== keyBytes) throw new SluiceError('KEY_FILE_INVALID', { file, reason: 'holds no key of 256 bits' });
  return key;
}
