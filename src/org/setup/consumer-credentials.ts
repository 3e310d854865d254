/** Makes consumer keys and secrets in Salesforce's form. */
import { randomBytes } from 'node:crypto';

const keyHead = '3MVG9';
const keyLength = 85;

/** 85 characters of `[A-Za-z0-9._]`, the first of them 3MVG9. */
export function createConsumerKey(): string {
  const rest = randomBytes(keyLength).toString('base64url').replaceAll('-', '.');
  return (keyHead + rest).slice(0, keyLength);
}

/** 64 upper-case hexadecimal digits: 256 bits of chance. */
export function createConsumerSecret(): string {
  return randomBytes(32).toString('hex').toUpperCase();
}
