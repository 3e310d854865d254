/** Passwords of people: made at random, kept as scrypt (RFC 7914), compared with the same work whether the user is known or not. */
import { randomBytes, randomInt, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';

type Cost = { log2N: number; r: number; p: number };

/** 32 MB and about a tenth of a second: for passwords that people think of. */
const cost: Cost = { log2N: 15, r: 8, p: 1 };
/** A password of 116 random bits cannot be guessed however little each guess costs. */
const costOfRandom: Cost = { log2N: 10, r: 8, p: 1 };
const saltBytes = 16;
const keyBytes = 32;
const maxMemoryBytes = 256 * 1024 * 1024;

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
const passwordLength = 20;

/** 20 letters and digits without those that look alike: 116 bits. */
export function createPassword(): string {
  return Array.from({ length: passwordLength }, () => letters.charAt(randomInt(letters.length))).join('');
}

/** The text to keep: `scrypt$log2N$r$p$salt$key`, salt and key in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  return textOf(cost, salt, await deriveKey(password, salt, cost));
}

/** The same for a password that `createPassword` made: at once, since no long work is needed. */
export function hashRandomPassword(password: string): string {
  const salt = randomBytes(saltBytes);
  return textOf(costOfRandom, salt, scryptSync(password, salt, keyBytes, optionsOf(costOfRandom)));
}

/** For an undefined hash (an unknown user, or one without a password) the work is done all the same, and the answer is false. */
export async function verifyPassword(password: string, kept: string | undefined): Promise<boolean> {
  const [, log2N, r, p, salt, key] = (kept ?? nobody).split('$');
  const expected = Buffer.from(key ?? '', 'base64url');
  const by = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  const given = await deriveKey(password, Buffer.from(salt ?? '', 'base64url'), by);
  // So that the time tells nothing of the user.
  if (by.log2N < cost.log2N) await deriveKey(password, Buffer.alloc(saltBytes), cost);
  return expected.length === given.length && timingSafeEqual(given, expected) && kept !== undefined;
}

/** What an unknown user's password is compared with. */
const nobody = textOf(cost, Buffer.alloc(saltBytes), Buffer.alloc(keyBytes));

function textOf({ log2N, r, p }: Cost, salt: Buffer, key: Buffer): string {
  return ['scrypt', log2N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

function optionsOf({ log2N, r, p }: Cost) {
  return { N: 2 ** log2N, r, p, maxmem: maxMemoryBytes };
}

function deriveKey(password: string, salt: Buffer, by: Cost): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  scrypt(password.normalize('NFKC'), salt, keyBytes, optionsOf(by), (error, key) =>
    error ? reject(error) : resolve(key),
  );
  return promise;
}
