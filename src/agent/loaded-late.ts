/** What other programs than `sluice run` call: behind it stand servers and schemas, which are loaded with the first call. */
import type { DatabaseSettings } from '../database/index.ts';
import type { PingReport } from '../protocol/index.ts';
import type { Agent, AgentSettings } from './endpoint/open-agent.ts';
import type { SalesforcePing } from './ping/ping-salesforce.ts';

/** As in endpoint/open-agent.ts. */
export async function openAgent(settings: AgentSettings): Promise<Agent> {
  const endpoint = await import('./endpoint/open-agent.ts');
  return await endpoint.openAgent(settings);
}

/** As in ping/ping-database.ts. */
export async function pingDatabase(settings: DatabaseSettings, signal?: AbortSignal): Promise<PingReport> {
  const ping = await import('./ping/ping-database.ts');
  return await ping.pingDatabase(settings, signal);
}

/** As in ping/ping-salesforce.ts. */
export async function pingSalesforce(options: SalesforcePing): Promise<PingReport> {
  const ping = await import('./ping/ping-salesforce.ts');
  return await ping.pingSalesforce(options);
}
