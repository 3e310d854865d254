/** Synchronous: the records are carried by the agent at once, over its standing connection, and the caller waits for their outcomes. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { csvCell, reasonOf, SluiceError } from '../../base/index.ts';
import { type AgentAnswer, longestRunWaitMs, maxPartCharacters } from '../../protocol/index.ts';
import { ApiRefused, refuseCall } from '../../web/index.ts';
import type { AgentLink } from '../agents/agent-link.ts';
import { isConnected } from '../agents/dialled-link.ts';
import { runsFor } from '../agents/dialled-waiting.ts';
import {
  type Answer,
  type Begun,
  cutKey,
  type HubAgent,
  type NewCall,
  type NewMessage,
  type Once,
  type Settled,
} from '../store/index.ts';
import { answerAccepted, callUrl, namesIn } from './accepted-answer.ts';
import { type RecordResult, resultsOf, writeAnswer } from './answers.ts';
import type { Cells } from './incoming-record.ts';
import { cellOf } from './mapped-interface.ts';
import type { Taking } from './taking.ts';

type Whole = { messages: readonly NewMessage[]; once: Once | undefined };

/** Beyond what the agent was given, so that its answer arrives. */
const graceMs = 5_000;
const retrySeconds = 10;

/** Throws ApiRefused 503 when the agent is away: nothing is kept then. */
export async function carrySynchronous(taking: Taking, call: NewCall, whole: Whole): Promise<Settled> {
  const { store } = taking;
  const { messages, once } = whole;
  const roots = messages.filter(({ parent, refused }) => parent === null && refused === null);
  refuseSameKey(messages);
  const keys = roots.map(({ key }) => key ?? '');
  if (roots.length > 0 && isThere(taking)) await untilToldOfChanges(taking);
  await store.calls.unfoldShortly();
  if (roots.length === 0 || store.waitingMessages.mustWait(call.interfaceId, keys))
    return await acceptInstead(taking, call, whole, roots.length === 0 ? undefined : behindOthers);
  const csv = csvOf(taking, roots);
  if (csv.length > maxPartCharacters)
    throw refuseCall(413, `The records have more than ${maxPartCharacters} characters.`, 'Use mode=Batch or Bulk.');
  const agent = requireAgent(taking);
  const waitMs = Math.min(taking.wish.waitMs ?? taking.settings.waitMs, longestRunWaitMs);
  const run = randomUUID();
  const leaseUntil = taking.clock.now() + waitMs + graceMs;
  const carrying = { run, agentRow: agent.id, leaseUntil, wantedMode: 'collections', keys, once } as const;
  const written = await store.calls.beginSynchronous(call, messages, carrying);
  if ('again' in written) return written;
  if ('mustWait' in written) return await acceptInstead(taking, call, whole, behindOthers);
  const { begun } = written;
  const found = await carry(taking, begun, { agent, run, csv, waitMs });
  const answer = answerOf(taking, call, { begun, messages, found });
  await store.calls.endSynchronous(begun, answer, { answered: found !== 'in doubt' });
  return { answer };
}

const behindOthers = 'An older record of the same key is still on its way, and the records go after it.';

/** Without a reason every record was refused here: their outcomes are known at once. */
async function acceptInstead(taking: Taking, call: NewCall, { messages, once }: Whole, reason: string | undefined) {
  const said = reason === undefined ? ({ status: 200 } as const) : { reason };
  return await taking.store.calls.accept(call, messages, {
    once,
    answerOf: (accepted) => answerAccepted(taking, call, { accepted, messages, ...said }),
  });
}

/** Two records of one key go one after the other, which nobody waits for. */
function refuseSameKey(messages: readonly NewMessage[]): void {
  const met = new Map<string, number>();
  let record = 0;
  for (const { key, parent } of messages) {
    if (parent !== null) continue;
    record++;
    if (key === null) continue;
    const first = met.get(key);
    if (first !== undefined)
      throw refuseCall(
        400,
        `Records ${first} and ${record} have the same key; a call in the mode Synchronous takes each key once.`,
        'Send them in two calls, or use mode=Asynchronous: nothing of it was kept.',
      );
    met.set(key, record);
  }
}

function csvOf({ target }: Taking, messages: readonly NewMessage[]): string {
  const { columns } = target.mapped;
  const rows = messages.map(({ payload }) => {
    const cells = JSON.parse(payload) as Cells;
    return lineOf(columns.map((column) => csvCell(cellOf(cells, column) ?? '')));
  });
  return lineOf(columns.map(csvCell)) + rows.join('');
}

function lineOf(cells: readonly string[]): string {
  return cells.length === 1 && cells[0] === '' ? '""\n' : `${cells.join(',')}\n`;
}

function requireAgent(taking: Taking): HubAgent {
  const agent = taking.store.agents.find(taking.target.agentRow);
  if (agent === undefined) throw agentAway(taking.target.kept.definition.connection);
  if (!isThere(taking)) throw agentAway(agent.name ?? '');
  return agent;
}

/** As far as is known: one that has not dialled in, but is asked at its own endpoint, is found out by asking. */
function isThere({ store, clock, target }: Taking): boolean {
  const agent = store.agents.find(target.agentRow);
  if (agent?.kind !== 'dialled') return agent !== undefined;
  const dialled = agent.agentId === null ? undefined : store.dialledAgents.findByAgentId(agent.agentId);
  return dialled !== undefined && isConnected(dialled, clock);
}

function agentAway(name: string, said?: string): ApiRefused {
  const message = said ?? `The agent ${name} is not connected to the hub.`;
  const next = 'Send it again in a while, or use mode=Asynchronous: nothing of it was kept.';
  const headers = { 'Retry-After': String(retrySeconds) };
  return new ApiRefused({ status: 503, errors: [{ field: null, message, next }], headers });
}

type Carrying = { agent: HubAgent; run: string; csv: string; waitMs: number };
type Ended = NonNullable<AgentAnswer<'carryRecords'>['ended']>;
/** Ended, under way at the agent, or in doubt. */
type Found = Ended | 'under way' | 'in doubt';

async function carry(taking: Taking, begun: Begun, { agent, run, csv, waitMs }: Carrying): Promise<Found> {
  const { store, ways, target, log } = taking;
  const signal = AbortSignal.timeout(waitMs + graceMs);
  const name = target.kept.definition.name;
  try {
    const link = ways.linkAt(ways.wayTo(agent));
    const input = { run, interface: name, form: 'source', csv, mode: 'collections', waitMs } as const;
    const { ended } = await askSurely(link, input, signal);
    return ended ?? 'under way';
  } catch (error) {
    if (error instanceof NeverHad) {
      await store.calls.takeBack(begun);
      throw agentAway(agent.name ?? '', error.message);
    }
    log.warn({ run, reason: reasonOf(error) }, 'what became of a run whose caller waits is not known yet');
    return 'in doubt';
  }
}

/** The agent has not taken the run, for certain. */
class NeverHad extends Error {}

type Asked = Parameters<AgentLink['ask']>[1] & { run: string };

async function askSurely(link: AgentLink, input: Asked, signal: AbortSignal) {
  try {
    return await askOnceThere(link, input, signal);
  } catch (error) {
    if (await wasNeverTaken(link, input.run, error)) throw new NeverHad(reasonOf(error));
    throw error;
  }
}

/** What was just saved is on its way to its agent, and is waited for a little. */
const arrivesWithinMs = 5_000;
const askAgainMs = 100;

/** So that records do not go by what their interface was before. An agent that was never told anything says so itself. */
async function untilToldOfChanges({ store: { deployments }, waiting, target: { agentRow } }: Taking): Promise<void> {
  const isTold = () => {
    const { has = 0, error = null } = deployments.find(agentRow) ?? {};
    return has === 0 || error !== null || !deployments.isBehind(agentRow);
  };
  if (isTold()) return;
  await waiting.until({ key: runsFor(agentRow), look: () => isTold() || undefined, atMostMs: arrivesWithinMs });
}

async function askOnceThere(link: AgentLink, input: Asked, signal: AbortSignal) {
  const giveUpAt = performance.now() + arrivesWithinMs;
  for (;;) {
    try {
      return await link.ask('carryRecords', input as never, { signal });
    } catch (error) {
      if (!isNotDeployed(error) || signal.aborted || performance.now() > giveUpAt) throw error;
      await sleep(askAgainMs);
    }
  }
}

const isNotDeployed = (error: unknown) =>
  error instanceof SluiceError && error.code === 'AGENT_REFUSED' && error.values.code === 'INTERFACE_NOT_DEPLOYED';

/** What was refused may have been taken before; the agent itself is asked. */
async function wasNeverTaken(link: AgentLink, run: string, error: unknown): Promise<boolean> {
  if (!(error instanceof SluiceError)) return false;
  const { code } = error;
  if (code === 'AGENT_UNREACHABLE') return isNotConnected(error.cause);
  if (code !== 'AGENT_REFUSED') return neverLeft.has(code);
  const [found] = await link.ask('lookAtRuns', { runs: [run] }).catch(() => []);
  return found?.state === 'unknown';
}

/** The call was refused before anything was sent. */
const neverLeft = new Set([
  'AGENT_NOT_PINNED',
  'AGENT_LOGIN_REFUSED',
  'REMOTE_SITE_MISSING',
  'REMOTE_SITE_INACTIVE',
  'REMOTE_ADDRESS_FORBIDDEN',
]);

const notConnected = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

function isNotConnected(cause: unknown): boolean {
  return notConnected.has(String((Object(cause) as NodeJS.ErrnoException).code));
}

type Carried = { begun: Begun; messages: readonly NewMessage[]; found: Found };

function answerOf(taking: Taking, call: NewCall, { begun, messages, found }: Carried): Answer {
  if (typeof found === 'string') return answerAccepted(taking, call, { accepted: begun, messages, reason: stillOn });
  const { rows, run } = found;
  if (rows.length === 0 && run.error !== null)
    return answerAccepted(taking, call, { accepted: begun, messages, reason: run.error.message });
  const outcomes = new Map(rows.map((row) => [row.key, row]));
  const results = resultsOf(messages, begun.ids, namesIn(taking)).map((result, place) => {
    const { key = null, parent = null, refused = null } = messages[place] ?? {};
    return parent === null && refused === null ? { ...result, ...outcomeOf(outcomes.get(cutKey(key ?? ''))) } : result;
  });
  const { mode, modeReason, records } = call;
  const answer = {
    call: begun.call,
    url: callUrl(taking, begun.call),
    mode,
    modeReason,
    records,
    messages: messages.length,
    results,
  };
  return writeAnswer(200, answer, taking.wish.responseFormat);
}

const stillOn = 'The records were not through in time. They are on their way, and the url tells what became of them.';

function outcomeOf(row: Ended['rows'][number] | undefined): Partial<RecordResult> {
  if (row === undefined || row.outcome === 'unknown') {
    const message = row?.reason ?? 'What became of the record is not known yet.';
    return {
      status: 'Processing',
      success: null,
      errors: [{ statusCode: row?.code ?? 'UNKNOWN', message, fields: [] }],
    };
  }
  const { outcome, salesforceId, created, code, reason } = row;
  if (outcome === 'succeeded') return { status: 'Completed', success: true, id: salesforceId, created };
  return { status: 'Failed', success: false, errors: [{ statusCode: code ?? '', message: reason ?? '', fields: [] }] };
}
