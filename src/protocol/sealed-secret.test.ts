import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportJWK, generateKeyPair } from 'jose';
import { SluiceError } from '../base/index.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';

async function createKeys() {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true });
  return { publicKey: await exportJWK(publicKey), privateKey: await exportJWK(privateKey) };
}

const isInvalid = (reason: RegExp) => (error: unknown) =>
  error instanceof SluiceError && error.code === 'SEALED_SECRET_INVALID' && reason.test(error.message);

test('a sealed secret is opened by its agent for its address, and shows nothing of itself', async () => {
  const { publicKey, privateKey } = await createKeys();
  const sealed = await sealSecret({ secret: 'open sesame', boundTo: 'db.example:5432', publicKey });
  assert.doesNotMatch(Buffer.from(sealed.split('.')[3] ?? '', 'base64url').toString('latin1'), /open sesame/);
  assert.equal(await openSecret({ sealed, boundTo: 'db.example:5432', privateKey }), 'open sesame');
});

test('it is not opened for another address, nor by another agent, nor when a bit was changed', async () => {
  const { publicKey, privateKey } = await createKeys();
  const sealed = await sealSecret({ secret: 's', boundTo: 'db.example:5432', publicKey });
  await assert.rejects(
    openSecret({ sealed, boundTo: 'evil.example:5432', privateKey }),
    isInvalid(/db\.example:5432, not for/),
  );
  const other = await createKeys();
  await assert.rejects(
    openSecret({ sealed, boundTo: 'db.example:5432', privateKey: other.privateKey }),
    isInvalid(/another agent/),
  );
  const parts = sealed.split('.');
  parts[3] = parts[3]?.startsWith('A') ? `B${parts[3].slice(1)}` : `A${parts[3]?.slice(1)}`;
  await assert.rejects(
    openSecret({ sealed: parts.join('.'), boundTo: 'db.example:5432', privateKey }),
    isInvalid(/another agent/),
  );
});
