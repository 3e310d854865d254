/** Certificates and keys that settings name as files. */
import { readFile } from 'node:fs/promises';
import { reasonOf, SluiceError } from '../base/index.ts';

type Chosen = Readonly<{ 'tls-certificate': string | undefined; 'tls-key': string | undefined }>;

/** Both files or neither. Throws SluiceError USAGE, FILE_UNREADABLE. */
export async function readCertificate({ 'tls-certificate': cert, 'tls-key': key }: Chosen, command: string) {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new SluiceError('USAGE', { reason: '--tls-certificate and --tls-key go together.', command });
  return { cert: await readPem(cert), key: await readPem(key) };
}

/** @throws SluiceError FILE_UNREADABLE. */
export async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  }
}
