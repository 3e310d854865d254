/** Access tokens that are JSON Web Tokens: signed here, and kept like the others so that they can be revoked. */
import { SignJWT } from 'jose';
import type { Dialect, JwtFacts } from './dialect/dialect.ts';
import { type SigningKeys, signingAlgorithm } from './signing-keys.ts';

export async function createJwtAccessToken(facts: JwtFacts, dialect: Dialect, keys: SigningKeys): Promise<string> {
  const { header, claims } = dialect.jwt(facts);
  const { keyId, privateKey } = await keys.current();
  return new SignJWT(claims).setProtectedHeader({ ...header, kid: keyId, alg: signingAlgorithm }).sign(privateKey);
}
