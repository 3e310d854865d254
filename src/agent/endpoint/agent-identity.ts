/** Who an agent is: made at its first start, kept in one file for its owner alone. */
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { createPassword, hashRandomPassword, reasonOf, SluiceError } from '../../base/index.ts';

export type AgentIdentity = {
  id: string;
  /** As it calls itself; the name of its machine. */
  name: string;
  username: string;
  /** scrypt. */
  passwordHash: string;
  /** X25519; secrets are sealed to it. */
  publicKey: { kty: 'OKP'; crv: 'X25519'; x: string };
  privateKey: JWK;
  /** Of its endpoint, PEM; made by itself, pinned by the hub. */
  certificate: { cert: string; key: string };
};

export type OpenedIdentity = {
  identity: AgentIdentity;
  /** Only at the start that made it: to be shown once. */
  firstPassword: string | undefined;
};

const fileName = 'agent.json';
const certificateYears = 10;

/**
 * The identity of the agent in this folder, made at its first start.
 *
 * @throws SluiceError FILE_UNREADABLE, AGENT_FILE_INVALID.
 */
export async function openAgentIdentity(folder: string): Promise<OpenedIdentity> {
  const file = join(folder, fileName);
  if (existsSync(file)) return { identity: readIdentity(file), firstPassword: undefined };
  const password = createPassword();
  const identity = await createIdentity(password);
  writeIdentity(folder, file, identity);
  return { identity, firstPassword: password };
}

/** A first start that failed is the first once more, so that its password is shown by the one that succeeds. */
export function forgetUnusedIdentity(folder: string, isKnownToHub: boolean): void {
  if (!isKnownToHub) rmSync(join(folder, fileName), { force: true });
}

async function createIdentity(password: string): Promise<AgentIdentity> {
  const keys = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true });
  return {
    id: randomUUID(),
    name: hostname(),
    username: 'sluice-agent',
    passwordHash: hashRandomPassword(password),
    publicKey: (await exportJWK(keys.publicKey)) as AgentIdentity['publicKey'],
    privateKey: await exportJWK(keys.privateKey),
    certificate: await createCertificate(),
  };
}

/** For the names of this machine; the hub trusts the certificate itself, not who signed it. */
async function createCertificate(): Promise<AgentIdentity['certificate']> {
  const { generate } = await import('selfsigned');
  const notAfterDate = new Date();
  notAfterDate.setFullYear(notAfterDate.getFullYear() + certificateYears);
  const names = [...new Set(['localhost', hostname()])].map((value) => ({ type: 2, value }) as const);
  const addresses = ['127.0.0.1', '::1'].map((ip) => ({ type: 7, ip }) as const);
  const { cert, private: key } = await generate([{ name: 'commonName', value: hostname() }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [...names, ...addresses] },
    ],
  });
  return { cert, key };
}

/** Whole under another name first, so that a crash leaves no half of it. */
function writeIdentity(folder: string, file: string, identity: AgentIdentity): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, `${JSON.stringify(identity, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  } catch (cause) {
    throw new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  }
}

function readIdentity(file: string): AgentIdentity {
  try {
    chmodSync(file, 0o600);
    const identity = JSON.parse(readFileSync(file, 'utf8')) as AgentIdentity;
    for (const name of ['id', 'username', 'passwordHash', 'publicKey', 'privateKey', 'certificate'] as const)
      if (identity[name] === undefined) throw new Error(`it has no ${name}`);
    return identity;
  } catch (cause) {
    throw new SluiceError('AGENT_FILE_INVALID', { file, reason: reasonOf(cause) }, { cause });
  }
}
