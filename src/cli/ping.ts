/** `sluice ping`: both pings of a connection of the hub, step by step. */
import { openStopSignal, SluiceError } from '../base/index.ts';
import type { PingReport } from '../protocol/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import type { HubClient } from './hub-client.ts';
import { hubSettings } from './hub-settings.ts';

const settings = { ...hubSettings, json: sharedSettings.json } as const;

type Found = { id: number; name: string };

export const pingCommand = defineCommand({
  name: 'ping',
  summary: 'Ping a connection of a hub in both directions, and say what to mend.',
  description:
    'Has the hub ping its agent and the database beside it, and the agent ping the Salesforce org, and prints the steps of\n' +
    'both. The first step that fails is explained; exit code 0 says that none did. No record is read or changed.',
  positionals: [{ name: 'NAME', help: 'A connection of the hub.', required: true }],
  settings,
  example: 'sluice ping acme --hub http://127.0.0.1:8088',
  run: ping,
});

/** Some twenty steps, each with a time of its own, on both sides of the agent. */
const longestPingMs = 300_000;

async function ping({
  positionals: [name = ''],
  settings: chosen,
  terminal,
}: Invocation<typeof settings>): Promise<number> {
  const { openHubClient } = await import('./hub-client.ts');
  const { pingText } = await import('./ping-text.ts');
  const { adviseOnTokenError } = await import('../oauth/index.ts');
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, {
    environment: terminal.environment,
    signal: stop.signal,
    withinMs: longestPingMs,
  });
  const { id } = await findConnection(hub, name);
  const tried: { what: string; report: PingReport }[] = [];
  for (const [way, what] of ways) {
    const report = await hub.call<PingReport>('POST', `/connections/${id}/${way}`);
    tried.push({ what, report });
    if (!chosen.json) terminal.out(pingText(what, report, adviseOnTokenError));
  }
  const ok = tried.every(({ report }) => report.ok);
  terminal.out(chosen.json ? `${JSON.stringify({ event: 'finished', ok, tried })}\n` : wellOrNot(ok));
  return ok ? 0 : 1;
}

const ways = [
  ['ping-agent', 'Agent connection'],
  ['ping-salesforce', 'Salesforce connection'],
] as const;

const wellOrNot = (ok: boolean) => (ok ? 'All is well.\n' : 'Not all is well.\n');

/** By its name, without case. */
async function findConnection(hub: HubClient, name: string): Promise<Found> {
  const search = new URLSearchParams({ search: name, pageSize: '200' });
  const { rows } = await hub.call<{ rows: Found[] }>('GET', `/connections?${search}`);
  const found = rows.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw new SluiceError('CONNECTION_MISSING', { name });
}
