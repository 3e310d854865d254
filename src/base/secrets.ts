/** Secrets by reference: where a value may come from, and the one place that fetches it. */
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { reasonOf, SluiceError } from './errors.ts';

/** Only these may be named by a file: whoever writes a connection must not be able to fish for other variables. */
const secretName = /^SLUICE_SECRET_[A-Z0-9_]+$/;
const variableName = /^SLUICE_[A-Z0-9_]+$/;
const maxSecretBytes = 65_536;

export type Environment = Readonly<Record<string, string | undefined>>;

export type SecretSources = {
  environment: Environment;
  /** The one folder `file:` may read from, after resolving links; without it no file is read. */
  secretsFolder?: string | undefined;
  /** What the secret is for, as the reader of an error knows it: `consumerSecret`. */
  setting?: string;
};

/**
 * Puts the variable's value in place of each `${env:NAME}` in a text; NAME begins with SLUICE_.
 *
 * For what differs between machines (a host, a port, a My Domain), not for secrets: those are references of their own.
 *
 * @throws SluiceError VARIABLE_MISSING, VARIABLE_NOT_ALLOWED.
 * @example expandEnvironment('${env:SLUICE_HOST}:5432', { SLUICE_HOST: 'db' }) // 'db:5432'
 */
export function expandEnvironment(text: string, environment: Environment): string {
  return text.replaceAll(/\$\{env:([^}]*)\}/g, (_, name: string) => {
    if (!variableName.test(name)) throw new SluiceError('VARIABLE_NOT_ALLOWED', { name });
    const value = environment[name];
    if (value === undefined) throw new SluiceError('VARIABLE_MISSING', { name });
    return value;
  });
}

/**
 * Fetches the secret that `env:SLUICE_SECRET_NAME` or `file:PATH` refers to. A file's last line end is not part of it.
 *
 * @throws SluiceError SECRET_REFERENCE_INVALID (the text itself is never repeated), SECRET_NOT_ALLOWED, SECRET_MISSING.
 */
export async function resolveSecret(reference: string, sources: SecretSources): Promise<string> {
  const { setting = 'secret' } = sources;
  const [, kind, name] = /^(env|file):(.+)$/s.exec(reference) ?? [];
  if (kind === undefined || name === undefined) throw new SluiceError('SECRET_REFERENCE_INVALID', { setting });
  const secret =
    kind === 'env' ? fromEnvironment(name, sources.environment) : await fromFile(name, sources.secretsFolder);
  if (secret === '')
    throw new SluiceError('SECRET_MISSING', { reference, hint: 'It is set, but to nothing: give it a value.' });
  return secret;
}

function fromEnvironment(name: string, environment: Environment): string {
  if (!secretName.test(name)) throw new SluiceError('SECRET_NOT_ALLOWED', { reference: `env:${name}` });
  const value = environment[name];
  if (value !== undefined) return value;
  throw new SluiceError('SECRET_MISSING', { reference: `env:${name}`, hint: `Set the environment variable ${name}.` });
}

async function fromFile(path: string, secretsFolder: string | undefined): Promise<string> {
  const reference = `file:${path}`;
  if (secretsFolder === undefined) throw new SluiceError('SECRET_NOT_ALLOWED', { reference });
  const folder = await realPathOf(resolve(secretsFolder), reference);
  const file = await realPathOf(isAbsolute(path) ? path : join(folder, path), reference);
  const inside = relative(folder, file);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new SluiceError('SECRET_NOT_ALLOWED', { reference });
  }
  return await readSecret(file, reference);
}

async function realPathOf(path: string, reference: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw missing(reference, error);
  }
}

/** The resolved path is opened without following links, so that what was checked is what is read. */
async function readSecret(file: string, reference: string): Promise<string> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxSecretBytes + 1), 0, maxSecretBytes + 1, 0);
    if (bytesRead > maxSecretBytes) throw new Error(`it is longer than ${maxSecretBytes} bytes`);
    return buffer.toString('utf8', 0, bytesRead).replace(/\r?\n$/, '');
  } catch (error) {
    throw missing(reference, error);
  }
}

function missing(reference: string, cause: unknown): SluiceError {
  return new SluiceError('SECRET_MISSING', { reference, hint: `Check the file: ${reasonOf(cause)}.` }, { cause });
}
