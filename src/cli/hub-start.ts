/** `sluice hub start`: opens the hub, says how to reach it, and runs until it is told to stop. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createLog, openStopSignal, reasonOf, SluiceError } from '../base/index.ts';
import { openHub } from '../hub/index.ts';
import type { Invocation } from './command.ts';
import { passwordLines } from './first-password.ts';
import type { HubStartSettings } from './hub-start-command.ts';
import { refusePlainHttp } from './plain-http.ts';
import { version } from './version.ts';

type Chosen = Invocation<HubStartSettings>['settings'];

/** Gives 0 after SIGINT or SIGTERM. */
export async function hubStart({ settings, terminal }: Invocation<HubStartSettings>): Promise<number> {
  const certificate = await readCertificate(settings);
  if (certificate === undefined) refusePlainHttp(settings.host, settings['allow-plain-http']);
  using stop = openStopSignal();
  await using hub = await openHub({
    folder: resolve(terminal.workingFolder, settings.data),
    host: settings.host,
    port: settings.port,
    publicUrl: settings['public-url'],
    certificate,
    version: version(),
    leaseMs: settings['lease-seconds'] * 1_000,
    log: createLog({ level: settings['log-level'] }),
  });
  const url = await hub.listen();
  const onTerminal = terminal.watched && !settings.json;
  const administrator = await passwordLines(hub.firstAdministrator, {
    folder: hub.folder,
    file: 'administrator',
    onTerminal,
    place: 'Console',
  });
  if (settings.json) terminal.out(`${JSON.stringify({ event: 'ready', url })}\n`);
  else terminal.out(readyText(url, hub.folder, administrator));
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
  return 0;
}

/** Both files or neither. */
async function readCertificate({ 'tls-certificate': cert, 'tls-key': key }: Chosen) {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new SluiceError('USAGE', { reason: '--tls-certificate and --tls-key go together', command: 'hub start' });
  return { cert: await readPem(cert), key: await readPem(key) };
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  }
}

function readyText(url: string, folder: string, administrator: readonly string[]): string {
  const lines = [
    `The hub is ready at ${url}`,
    `What it knows is kept in ${folder}.`,
    '',
    ...administrator,
    `  API              ${url}/api/openapi.json`,
    '',
    'Ctrl-C stops it.',
    '',
  ];
  return lines.join('\n');
}
