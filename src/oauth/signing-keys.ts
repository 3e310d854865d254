/** The keys JSON Web Tokens are signed with: one signs, the one before stays published until its last token has ended. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../base/index.ts';

/** A key as it is kept; the store seals the private half. Times in milliseconds since 1970. */
export type StoredKey = { keyId: string; privateKeyPem: string; createdAt: number };

export type KeyStore = {
  readKeys(): readonly StoredKey[] | Promise<readonly StoredKey[]>;
  /** Resolves when the key is on disk: nothing is signed with it before. */
  addKey(key: StoredKey): void | Promise<void>;
  removeKey(keyId: string): void | Promise<void>;
};

export type SigningKey = { keyId: string; createdAt: number; privateKey: KeyObject; publicKey: KeyObject };

export type SigningKeys = {
  /** The key that signs; the first one is made when it is first asked for. */
  current(): Promise<SigningKey>;
  /** All keys whose tokens may still live, the newest first. */
  published(): Promise<readonly SigningKey[]>;
  /** A new key signs from now on. */
  rotate(): Promise<SigningKey>;
};

export const signingAlgorithm = 'RS256';
const modulusLength = 2048;

export function createMemoryKeyStore(): KeyStore {
  const keys = new Map<string, StoredKey>();
  return {
    readKeys: () => [...keys.values()],
    addKey: (key) => void keys.set(key.keyId, key),
    removeKey: (keyId) => void keys.delete(keyId),
  };
}

type SigningKeysOptions = {
  store: KeyStore;
  clock: Pick<Clock, 'now'>;
  /** Names a key made at this time. */
  keyIdAt(createdAt: number): string;
  /** How long a key signs. */
  rotateEveryMs?: number;
  /** At least the longest life of a token. */
  overlapMs?: number;
};

const dayMs = 86_400_000;

/** 90 days a key, and a day of overlap: twice the 12 hours the longest token lives. */
export function createSigningKeys({ rotateEveryMs = 90 * dayMs, overlapMs = dayMs, ...options }: SigningKeysOptions) {
  const { store, clock, keyIdAt } = options;
  let keys: readonly SigningKey[] | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other, so that two who ask at once do not make two keys. */
  function inTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    const result = turn.then(act);
    turn = result.catch(() => undefined);
    return result;
  }

  async function read(): Promise<readonly SigningKey[]> {
    const stored = keys ?? (await store.readKeys()).map(openKey);
    return stored.toSorted((one, other) => other.createdAt - one.createdAt);
  }

  /** What was replaced longer ago than a token lives is dropped. */
  async function dropOld(all: readonly SigningKey[]): Promise<readonly SigningKey[]> {
    const isOver = (index: number) => index > 0 && clock.now() - (all[index - 1]?.createdAt ?? 0) > overlapMs;
    for (const [index, { keyId }] of all.entries()) if (isOver(index)) await store.removeKey(keyId);
    return all.filter((_, index) => !isOver(index));
  }

  async function add(): Promise<SigningKey> {
    const known = await read();
    const createdAt = Math.max(clock.now(), (known[0]?.createdAt ?? 0) + 1);
    const stored = { keyId: keyIdAt(createdAt), privateKeyPem: await createPem(), createdAt };
    await store.addKey(stored);
    const key = openKey(stored);
    keys = await dropOld([key, ...known]);
    return key;
  }

  async function ready(): Promise<readonly SigningKey[]> {
    keys = await read();
    const newest = keys[0];
    if (newest === undefined || clock.now() - newest.createdAt >= rotateEveryMs) await add();
    else if (keys.length > 1) keys = await dropOld(keys);
    return keys;
  }

  const signingKeys: SigningKeys = {
    async current() {
      const [newest] = keys ?? [];
      if (newest !== undefined && clock.now() - newest.createdAt < rotateEveryMs) return newest;
      const [made] = await inTurn(ready);
      if (made === undefined) throw new Error('the store of signing keys kept no key');
      return made;
    },
    published: () => inTurn(ready),
    rotate: () => inTurn(add),
  };
  return signingKeys;
}

const generate = promisify(generateKeyPair);

async function createPem(): Promise<string> {
  const { privateKey } = await generate('rsa', { modulusLength });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function openKey({ keyId, privateKeyPem, createdAt }: StoredKey): SigningKey {
  const privateKey = createPrivateKey(privateKeyPem);
  return { keyId, createdAt, privateKey, publicKey: createPublicKey(privateKey) };
}
