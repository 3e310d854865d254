/** Secrets that only one agent can open, each bound to the address it was entered for. */
import type { JWK } from 'jose';
import { SluiceError } from '../base/index.ts';

/** JWE compact serialization (RFC 7516): ECDH-ES over X25519, A256GCM. */
export type SealedSecret = string;

const algorithm = 'ECDH-ES';
const encryption = 'A256GCM';

/** `boundTo`: host and port, or My Domain host, or a folder; `publicKey`: the agent's, as a JWK (RFC 8037). */
export async function sealSecret({
  secret,
  boundTo,
  publicKey,
}: {
  secret: string;
  boundTo: string;
  publicKey: JWK;
}): Promise<SealedSecret> {
  const { CompactEncrypt, importJWK } = await import('jose');
  const text = new TextEncoder().encode(JSON.stringify({ secret, boundTo }));
  const key = await importJWK(publicKey, algorithm);
  return await new CompactEncrypt(text).setProtectedHeader({ alg: algorithm, enc: encryption }).encrypt(key);
}

/**
 * The secret, for the address it was entered for.
 *
 * @throws SluiceError SEALED_SECRET_INVALID when it was sealed to another agent, or for another address.
 */
export async function openSecret({
  sealed,
  boundTo,
  privateKey,
}: {
  sealed: SealedSecret;
  boundTo: string;
  privateKey: JWK;
}): Promise<string> {
  const kept = await decrypt(sealed, privateKey);
  if (kept.boundTo !== boundTo)
    throw new SluiceError('SEALED_SECRET_INVALID', {
      reason: `it was entered for ${kept.boundTo}, not for ${boundTo}`,
    });
  return kept.secret;
}

async function decrypt(sealed: SealedSecret, privateKey: JWK): Promise<{ secret: string; boundTo: string }> {
  try {
    const { compactDecrypt, importJWK } = await import('jose');
    const key = await importJWK(privateKey, algorithm);
    const options = { keyManagementAlgorithms: [algorithm], contentEncryptionAlgorithms: [encryption] };
    const { plaintext } = await compactDecrypt(sealed, key, options);
    return JSON.parse(new TextDecoder().decode(plaintext));
  } catch (cause) {
    throw new SluiceError('SEALED_SECRET_INVALID', { reason: 'it was sealed to another agent' }, { cause });
  }
}
