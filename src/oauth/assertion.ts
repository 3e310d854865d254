/** Signed assertions (RFC 7521, RFC 7523): read, proved with the app's public key, and taken once. What they must hold is the dialect's. */
import { createPublicKey } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader, type JWK, type JWTPayload } from 'jose';
import type { Client, ClientKey } from './client-store.ts';
import type { ReplayStore } from './replay-store.ts';

export type AssertionProblem =
  | 'assertion malformed'
  | 'app has no key'
  | 'assertion signature wrong'
  | 'assertion audience wrong'
  | 'assertion expired'
  | 'assertion used before';

/** What a dialect asks of an assertion. */
export type AssertionRules = {
  algorithms: readonly string[];
  acceptsType(typ: unknown): boolean;
  acceptsAudience(aud: unknown): boolean;
  /** Milliseconds since 1970; undefined when it is no time. */
  readExpiry(exp: unknown): number | undefined;
  /** How far clocks may be apart. */
  skewMs: number;
  /** `exp` may not be further away; undefined: any time. */
  longestLifeMs?: number | undefined;
  jtiRequired: boolean;
};

/** As the sender wrote it: nothing in it is proved. */
export type Assertion = { text: string; header: Readonly<Record<string, unknown>>; claims: JWTPayload };

/** Undefined when it is no JSON Web Token, or when its header asks for what is not known here (RFC 7515 section 4.1.11). */
export function readAssertion(text: string): Assertion | undefined {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return undefined;
  try {
    const header: Record<string, unknown> = { ...decodeProtectedHeader(text) };
    return 'crit' in header ? undefined : { text, header, claims: decodeJwt(text) };
  } catch {
    return undefined;
  }
}

type Check = { assertion: Assertion; client: Client; rules: AssertionRules; replays: ReplayStore; now: number };

/** What is wrong with it; undefined when it is proved, and from then on it is used up if it has a `jti`. */
export async function checkAssertion(check: Check): Promise<AssertionProblem | undefined> {
  const { assertion, client, rules } = check;
  if (client.publicKeys === undefined || client.publicKeys.length === 0) return 'app has no key';
  if (!rules.acceptsType(assertion.header.typ)) return 'assertion malformed';
  if (!(await isSignedBy(client.publicKeys, assertion, rules.algorithms))) return 'assertion signature wrong';
  if (!rules.acceptsAudience(assertion.claims.aud)) return 'assertion audience wrong';
  return checkTimes(check);
}

async function checkTimes({ assertion, client, rules, replays, now }: Check): Promise<AssertionProblem | undefined> {
  const { claims } = assertion;
  const expiresAt = rules.readExpiry(claims.exp);
  if (expiresAt === undefined) return 'assertion malformed';
  if (expiresAt + rules.skewMs <= now) return 'assertion expired';
  if (rules.longestLifeMs !== undefined && expiresAt - now > rules.longestLifeMs + rules.skewMs)
    return 'assertion malformed';
  if (isAhead(claims.nbf, now + rules.skewMs)) return 'assertion expired';
  const id: unknown = claims.jti;
  if (id === undefined) return rules.jtiRequired ? 'assertion malformed' : undefined;
  if (typeof id !== 'string' || id === '') return 'assertion malformed';
  const isNew = await replays.insert(client.appId, id, expiresAt + rules.skewMs);
  return isNew ? undefined : 'assertion used before';
}

function isAhead(nbf: unknown, now: number): boolean {
  return nbf !== undefined && !(typeof nbf === 'number' && nbf * 1000 <= now);
}

async function isSignedBy(
  keys: readonly ClientKey[],
  { text, header }: Assertion,
  algorithms: readonly string[],
): Promise<boolean> {
  for (const { keyId, key } of keys) {
    if (keyId !== undefined && header.kid !== undefined && keyId !== header.kid) continue;
    if (await isSignedWith(key, text, algorithms)) return true;
  }
  return false;
}

async function isSignedWith(key: ClientKey['key'], text: string, algorithms: readonly string[]): Promise<boolean> {
  try {
    await compactVerify(text, key, { algorithms: [...algorithms] });
    return true;
  } catch {
    return false;
  }
}

/**
 * The keys of a certificate or public key in PEM, or of a JSON Web Key Set in JSON. Throws when it is neither, or when a key is
 * private or not for signatures.
 */
export function readClientKeys(text: string): readonly ClientKey[] {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    throw new RangeError('a private key, where a public one belongs');
  if (text.includes('-----BEGIN')) return [{ key: createPublicKey(text) }];
  const { keys } = JSON.parse(text) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new RangeError('neither PEM nor a JSON Web Key Set');
  return keys.map((jwk: JWK) => {
    if (jwk.kty === 'oct' || jwk.d !== undefined) throw new RangeError('a private key, where a public one belongs');
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return typeof jwk.kid === 'string' ? { keyId: jwk.kid, key } : { key };
  });
}
