/** `sluice agent start`: opens an agent, says how the hub reaches it, and runs until it is told to stop. */
import { once } from 'node:events';
import { resolve } from 'node:path';
import { openAgent } from '../agent/index.ts';
import { createLog, openStopSignal } from '../base/index.ts';
import type { AgentStartSettings } from './agent-start-command.ts';
import type { Invocation } from './command.ts';
import { passwordLines } from './first-password.ts';
import { refusePlainHttp } from './plain-http.ts';
import { version } from './version.ts';

/** Gives 0 after SIGINT or SIGTERM. */
export async function agentStart({ settings, terminal }: Invocation<AgentStartSettings>): Promise<number> {
  const plain = settings['plain-http'];
  if (plain) refusePlainHttp(settings.host, settings['allow-plain-http']);
  using stop = openStopSignal();
  await using agent = await openAgent({
    folder: resolve(terminal.workingFolder, settings.data),
    version: version(),
    host: settings.host,
    port: settings.port,
    plain,
    allowedHosts: hostsOf(settings['allow-host']),
    filesFolder: settings.files && resolve(terminal.workingFolder, settings.files),
    log: createLog({ level: settings['log-level'] }),
  });
  const { url, folder, username, firstPassword } = agent;
  const onTerminal = terminal.watched && !settings.json;
  const first = firstPassword === undefined ? undefined : { username, password: firstPassword };
  const lines = await passwordLines(first, { folder, file: 'first-password', onTerminal, place: 'Agent' });
  if (settings.json) terminal.out(`${JSON.stringify({ event: 'ready', url, username })}\n`);
  else
    terminal.out(
      [`The agent is ready at ${url}`, `It is kept in ${folder}.`, '', ...lines, '', 'Ctrl-C stops it.', ''].join('\n'),
    );
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
  return 0;
}

function hostsOf(list = ''): string[] {
  return list
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
}
