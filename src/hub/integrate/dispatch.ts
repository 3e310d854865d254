/** The loop that brings waiting messages into runs: slices of accepted calls become messages, and messages whose turn it is a run. */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../../base/index.ts';
import { runsFor, waitingMessages } from '../agents/dialled-waiting.ts';
import type { HubParts } from '../hub-parts.ts';
import type { KeptInterface } from '../store/index.ts';
import { hasInbound, type Targets } from './find-target.ts';
import type { Cells } from './incoming-record.ts';

/** Messages of one run at the most. A large one is written in one transaction, which others wait for. */
const limits = { usual: 10_000, bulk: 50_000, looked: 500_000 };

/** What comes meanwhile becomes messages together. */
const gatherMs = 50;

/** How often the store is looked at when nobody wakes: another process may have written, a run may have ended. */
const lookEveryMs = 200;
const afterFailureMs = 2_000;
/** A call of which nothing has come for so long is dropped. */
const staleAfterMs = 10 * 60_000;

type Means = Pick<HubParts, 'store' | 'waiting' | 'clock' | 'log'> & { targets: Targets };

/** `lookedAt`: when it last did what was due. */
export type Dispatcher = AsyncDisposable & { lookedAt(): number };

/** Runs until it is disposed of. */
export function openDispatcher(means: Means): Dispatcher {
  const closing = new AbortController();
  let lookedAt = means.clock.now();
  const looked = () => {
    lookedAt = means.clock.now();
  };
  const ended = runUntil(means, closing.signal, looked);
  return {
    lookedAt: () => lookedAt,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await ended;
    },
  };
}

async function runUntil(means: Means, signal: AbortSignal, looked: () => void): Promise<void> {
  while (!signal.aborted) {
    const restMs = await doWhatIsDue(means, signal).catch((error: unknown) => {
      means.log.error({ reason: reasonOf(error) }, 'messages could not be brought into runs');
      return undefined;
    });
    if (restMs !== undefined) looked();
    await rest(means, restMs ?? afterFailureMs, signal);
  }
}

/** Ends early when messages have come. */
async function rest({ waiting }: Means, milliseconds: number, signal: AbortSignal): Promise<void> {
  let looks = 0;
  const look = () => (looks++ === 0 ? undefined : true);
  await waiting.until({ key: waitingMessages, look, atMostMs: milliseconds, signal });
  // Others come to their turn, also when there was nothing to wait for.
  await setImmediate();
}

/** Gives how long there is nothing to do. */
async function doWhatIsDue(means: Means, signal: AbortSignal): Promise<number> {
  const { store, clock } = means;
  const anyAccepted = store.calls.anyAccepted();
  const anyMore = anyAccepted && (await store.calls.unfold());
  await store.calls.dropStale(clock.now() - staleAfterMs);
  for (const id of store.waitingMessages.interfaces()) await formRunOf(means, id);
  if (!anyAccepted) return lookEveryMs;
  if (!anyMore) await sleep(gatherMs, undefined, { signal }).catch(() => undefined);
  return 0;
}

async function formRunOf(means: Means, id: number): Promise<void> {
  const { store, waiting, targets } = means;
  const kept = store.interfaces.find(id);
  if (kept === undefined || !hasInbound(kept) || !mayGo(means, kept)) return;
  const agentRow = store.connections.findByName(kept.definition.connection)?.agentRow;
  if (agentRow === undefined) return;
  const keyOf = (payload: string) => targets.mapped(kept).keyOf(JSON.parse(payload) as Cells);
  const formed = await store.waitingMessages.formRun({ id, version: kept.version, agentRow, keyOf }, limits);
  if (formed !== undefined) waiting.wake(runsFor(agentRow));
}

/** Of an inactive or stopped integration, and of an interface that is not deployed, messages wait. */
function mayGo({ store }: Means, { integrationId, definition }: KeptInterface): boolean {
  return definition.status === 'deployed' && store.integrations.find(integrationId)?.state === 'active';
}
