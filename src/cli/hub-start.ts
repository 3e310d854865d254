/** `sluice hub start`: opens the hub, says how to reach it, and runs until it is told to stop. */
import { resolve } from 'node:path';
import { createLog } from '../base/index.ts';
import { openHub } from '../hub/index.ts';
import { remarkOnPages } from '../web/index.ts';
import type { Invocation } from './command.ts';
import { passwordLines, startShowing } from './first-password.ts';
import type { HubStartSettings } from './hub-start-command.ts';
import { integrateLimits } from './integrate-settings.ts';
import { readCertificate } from './pem-files.ts';
import { refusePlainHttp } from './plain-http.ts';
import { openProcessMetrics } from './process-metrics.ts';
import { type Serving, serveUntilStopped } from './serve-until-stopped.ts';
import { version } from './version.ts';

/** Gives 0 after SIGINT or SIGTERM. */
export async function hubStart(starting: Invocation<HubStartSettings>): Promise<number> {
  return await serveUntilStopped((serving) => serve(starting, serving));
}

async function serve({ settings, terminal }: Invocation<HubStartSettings>, { ready }: Serving): Promise<void> {
  const certificate = await readCertificate(settings, 'hub start');
  if (certificate === undefined) refusePlainHttp(settings.host, settings['allow-plain-http']);
  await using hub = await openHub({
    folder: resolve(terminal.workingFolder, settings.data),
    host: settings.host,
    port: settings.port,
    publicUrl: settings['public-url'],
    certificate,
    ...(await openProcessMetrics(settings)),
    version: version(),
    integrate: integrateLimits(settings),
    leaseMs: settings['lease-seconds'] * 1_000,
    log: createLog({ level: settings['log-level'] }),
  });
  const onTerminal = terminal.watched && !settings.json;
  const administrator = await passwordLines(hub.firstAdministrator, {
    folder: hub.folder,
    file: 'administrator',
    onTerminal,
    place: 'Console',
  });
  const url = await startShowing(terminal, administrator, () => hub.listen());
  if (settings.json) terminal.out(`${JSON.stringify({ event: 'ready', url })}\n`);
  else terminal.out(readyText(url, hub.folder, administrator));
  await ready();
}

function readyText(url: string, folder: string, administrator: readonly string[]): string {
  const lines = [
    `The hub is ready at ${url}${remarkOnPages('hub')}`,
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
