/** An agent's way to its hub as one thing with a life: registered, asking for requests, reporting, stopped in good order. */
import { type Clock, type Log, reasonOf } from '../../base/index.ts';
import type { AgentAnswer, AgentHandlers } from '../../protocol/index.ts';
import { createHubProtocol, type HubProtocol } from '../hub-protocol.ts';
import type { ReportJournal } from '../report-journal/report-journal.ts';
import { readHubAddress } from './hub-address.ts';
import { createHubCalls, type HubCalls } from './hub-calls.ts';
import { openHubCredentials } from './hub-credentials.ts';
import { createHubToken } from './hub-token.ts';
import { openHubTransport } from './hub-transport.ts';
import { createSending, runReportLoop } from './report-loop.ts';
import { runRequestLoop } from './request-loop.ts';

export type HubSettings = {
  /** Scheme, host and port. */
  url: string;
  /** One-time; needed at the first start only. */
  code?: string | undefined;
  /**
   * For a hub in the same process: gives a code whenever one is needed, at the first start and when the hub does not know the
   * agent any more. What the agent signs in with then goes to this hub at whatever address it has.
   */
  invite?: (() => Promise<string>) | undefined;
  /** The only one that is trusted, PEM; without it those that the system trusts. */
  certificate?: string | undefined;
};

export type DialOutSettings = {
  hub: HubSettings;
  folder: string;
  version: string;
  /** Who it says that it is when it registers. */
  about: AgentAnswer<'about'>;
  handlers: AgentHandlers;
  journal: ReportJournal;
  /** The number of the deployment that the agent has. */
  deployment(): number;
  clock: Clock;
  log: Log;
  signal?: AbortSignal | undefined;
};

export type DialOut = AsyncDisposable & { readonly hub: string };

/**
 * When the agent stops, work under way may end for so long; then it is refused, and answers and last reports have a little time
 * to reach the hub. What is left of the reports is sent at the next start.
 */
const endWorkWithinMs = 5_000;
const leaveWithinMs = 8_000;

/**
 * Registers when need be, then works for the hub until it is disposed of, also while the hub is away.
 *
 * @throws SluiceError HUB_ADDRESS_INVALID, HUB_CODE_MISSING, HUB_REFUSED, HUB_UNREACHABLE, STORE_FULL, FILE_UNREADABLE.
 */
export async function openDialOut(settings: DialOutSettings): Promise<DialOut> {
  const { folder, version, about, handlers, journal, deployment, clock, log } = settings;
  const { signal = new AbortController().signal } = settings;
  const { url, code, invite, certificate } = settings.hub;
  await using opened = new AsyncDisposableStack();
  const transport = opened.use(openHubTransport(readHubAddress(url), certificate));
  const credentials = await openHubCredentials({ folder, transport, code, invite, about, signal });
  await journal.append({ kind: 'agentStarted', at: clock.now(), body: { version } });
  const means = { handlers, journal, clock, log, random: Math.random, deployment };
  const token = createHubToken({ transport, credentials, ...means });
  const protocol = createHubProtocol({ log });
  opened.use(startLoops({ ...means, protocol, calls: createHubCalls({ transport, token, protocol }) }));
  const open = opened.move();
  return { hub: transport.hub, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

type Working = {
  calls: HubCalls;
  protocol: HubProtocol;
  handlers: AgentHandlers;
  journal: ReportJournal;
  clock: Clock;
  log: Log;
  random: () => number;
  deployment(): number;
};

function startLoops(working: Working): AsyncDisposable {
  const stopping = new AbortController();
  const ending = new AbortController();
  const leaving = new AbortController();
  const signals = { stopping: stopping.signal, ending: ending.signal, leaving: leaving.signal };
  const requests = runRequestLoop({ ...working, ...signals });
  const reports = runReportLoop({ ...working, stopping: stopping.signal });
  return {
    async [Symbol.asyncDispose]() {
      const timers = [
        setTimeout(() => ending.abort(), endWorkWithinMs),
        setTimeout(() => leaving.abort(), leaveWithinMs),
      ];
      stopping.abort();
      await Promise.all([requests, reports]);
      await sayGoodbye(working, leaving.signal);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** The last reports once more, if the hub is there; else they wait on disk. */
async function sayGoodbye({ calls, journal, clock, log }: Working, signal: AbortSignal): Promise<void> {
  try {
    await journal.append({ kind: 'agentStopping', at: clock.now(), body: {} });
    const sendBatch = createSending({ calls, journal });
    while (await sendBatch(signal));
  } catch (error) {
    log.warn({ reason: reasonOf(error) }, 'the last reports wait for the next start');
  }
}
