/** The metrics of the process of a server, and the token by which they are read from elsewhere. */
import { readFile } from 'node:fs/promises';
import { reasonOf, SluiceError } from '../base/index.ts';
import { createMetrics, type Metrics } from '../web/index.ts';

/** As secrets that Sluice makes itself; a short one could be guessed over the network. */
const leastCharacters = 32;

/** @throws SluiceError FILE_UNREADABLE, SECRET_TOO_WEAK. */
export async function openProcessMetrics(settings: {
  'metrics-token-file': string | undefined;
}): Promise<{ metrics: Metrics; metricsToken: string | undefined }> {
  const file = settings['metrics-token-file'];
  const metricsToken = file === undefined ? undefined : await readToken(file);
  const metrics = await createMetrics();
  metrics.watchProcess();
  return { metrics, metricsToken };
}

async function readToken(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  });
  const token = text.trim();
  if (token.length < leastCharacters || /\s/.test(token))
    throw new SluiceError('SECRET_TOO_WEAK', { setting: `token in ${file}` });
  return token;
}
