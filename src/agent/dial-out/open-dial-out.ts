/** An agent's way to its hub as one thing with a life: registered, asking for requests, reporting, stopped in good order. */
import { type Clock, type Log, reasonOf } from '../../base/index.ts';
import type { AgentHandlers } from '../../protocol/index.ts';
import type { ReportJournal } from '../report-journal/report-journal.ts';
import { readHubAddress } from './hub-address.ts';
import { createHubCalls, type HubCalls } from './hub-calls.ts';
import { openHubCredentials } from './hub-credentials.ts';
import { createHubToken } from './hub-token.ts';
import { openHubTransport } from './hub-transport.ts';
import { runReportLoop, sendBatch } from './report-loop.ts';
import { runRequestLoop } from './request-loop.ts';

export type HubSettings = {
  /** Scheme, host and port. */
  url: string;
  /** One-time; needed at the first start only. */
  code?: string | undefined;
  /** The only one that is trusted, PEM; without it those that the system trusts. */
  certificate?: string | undefined;
};

export type DialOutSettings = {
  hub: HubSettings;
  folder: string;
  version: string;
  handlers: AgentHandlers;
  journal: ReportJournal;
  /** The number of the deployment that the agent has. */
  deployment(): number;
  clock: Clock;
  log: Log;
  signal?: AbortSignal | undefined;
};

export type DialOut = AsyncDisposable & { readonly hub: string };

/** How long answers and last reports may take when the agent stops; what is left of the reports is sent at the next start. */
const stopWithinMs = 10_000;

/**
 * Registers when need be, then works for the hub until it is disposed of, also while the hub is away.
 *
 * @throws SluiceError HUB_ADDRESS_INVALID, HUB_CODE_MISSING, HUB_REFUSED, HUB_UNREACHABLE, STORE_FULL, FILE_UNREADABLE.
 */
export async function openDialOut(settings: DialOutSettings): Promise<DialOut> {
  const {
    folder,
    version,
    handlers,
    journal,
    deployment,
    clock,
    log,
    signal = new AbortController().signal,
  } = settings;
  const { url, code, certificate } = settings.hub;
  await using opened = new AsyncDisposableStack();
  const transport = opened.use(openHubTransport(readHubAddress(url), certificate));
  const about = await handlers.about({}, { signal });
  const credentials = await openHubCredentials({ folder, transport, code, about, signal });
  await journal.append({ kind: 'agentStarted', at: clock.now(), body: { version } });
  const means = { handlers, journal, clock, log, random: Math.random, deployment };
  const token = createHubToken({ transport, credentials, ...means });
  opened.use(startLoops({ ...means, calls: createHubCalls({ transport, token }) }));
  const open = opened.move();
  return { hub: transport.hub, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

type Working = {
  calls: HubCalls;
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
  const requests = runRequestLoop({ ...working, stopping: stopping.signal, ending: ending.signal });
  const reports = runReportLoop({ ...working, stopping: stopping.signal });
  return {
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => ending.abort(), stopWithinMs);
      stopping.abort();
      await Promise.all([requests, reports]);
      await sayGoodbye(working, ending.signal);
      clearTimeout(timer);
    },
  };
}

/** The last reports once more, if the hub is there; else they wait on disk. */
async function sayGoodbye({ calls, journal, clock, log }: Working, signal: AbortSignal): Promise<void> {
  try {
    await journal.append({ kind: 'agentStopping', at: clock.now(), body: {} });
    while (await sendBatch({ calls, journal }, signal));
  } catch (error) {
    log.warn({ reason: reasonOf(error) }, 'the last reports wait for the next start');
  }
}
