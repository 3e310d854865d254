/** Gives runs to their agent: with a lease, so that what it does not answer for in time is given again, and begun once. */
import { errorTable, SluiceError } from '../../base/index.ts';
import { changesOf } from '../agents/dialled-waiting.ts';
import type { HubRun } from '../store/index.ts';
import type { AgentWork } from './agent-work.ts';
import { confirmRun, type Tending } from './tend-agent.ts';

/** So many are on their way to one agent at once. */
const atOnce = 4;

type Deployed = Pick<Tending, 'isUpToDate'>;

/** What is deployed comes first: the agent runs interfaces as it has them. */
export function isThereToGive({ store, agentRow }: AgentWork, deployed: Deployed): boolean {
  const wasReached = store.deployments.find(agentRow) !== undefined;
  return wasReached && deployed.isUpToDate() && store.runs.waiting(agentRow, 1).length > 0;
}

/** The first failure is thrown when all have come to their end. */
export async function giveRuns(work: AgentWork, deployed: Deployed): Promise<void> {
  const runs = deployed.isUpToDate() ? work.store.runs.waiting(work.agentRow, atOnce) : [];
  const outcomes = await Promise.allSettled(runs.map((run) => giveRun(work, run)));
  const failed = outcomes.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function giveRun(work: AgentWork, run: HubRun): Promise<void> {
  const { store, agentRow, leaseMs, waiting } = work;
  const given = await store.runs.given(run, { agentRow, forMs: leaseMs });
  if (given === undefined) return;
  waiting.wake(changesOf(given.id));
  try {
    await takeTo(work, given);
  } catch (error) {
    if (isRefusal(error)) return await endRefused(work, given, error);
    await store.runs.handedBack(given);
    throw error;
  }
  if (await store.runs.confirmed(given)) await confirmRun(work, { ...given, state: 'confirmed' });
  else await forgetCancelled(work, given);
}

/** Cancelled while it was on its way: the agent need not keep it. */
async function forgetCancelled({ store, link, signal }: AgentWork, { id, run }: HubRun): Promise<void> {
  if (store.runs.find(id)?.state === 'ended') await link().ask('cancelRun', { run }, { signal });
}

/** On the disk of the agent when it resolves. */
async function takeTo({ store, link, signal, leaseMs, recordsOf, agentName }: AgentWork, given: HubRun): Promise<void> {
  const { run, lease, interface: name, full, form, wantedMode } = given;
  const asked = { run, lease, interface: name, ...(full ? { full } : {}) };
  if (form === null) {
    await link()
      .ask('startRun', asked, { signal })
      .catch((error: unknown) => {
        throw full && isNotUnderstood(error) ? new SluiceError('AGENT_OLDER', { agent: agentName() }) : error;
      });
    return;
  }
  let parts = 0;
  for (const csv of recordsOf(given)) {
    await link().ask('putRecords', { run, part: parts, csv }, { signal });
    parts += 1;
    // Whoever has it by now gives it again.
    if (!(await store.runs.renewed(given, leaseMs))) return;
  }
  const records = { form, parts, ...(wantedMode === null ? {} : { mode: wantedMode }) };
  await link().ask('startRun', { ...asked, records }, { signal });
}

/** What an agent says to a question whose form it does not know. */
const isNotUnderstood = (error: unknown) =>
  error instanceof SluiceError && error.code === 'AGENT_REFUSED' && error.values.code === '400';

/** These say nothing of the run: it is given again. */
const passing = new Set(['STORE_FULL', 'STORE_LOCKED', 'INTERNAL', 'RUN_LEASE_OLD']);

/** Whether the agent has said that it will not take this run. */
function isRefusal(error: unknown): error is SluiceError {
  if (!(error instanceof SluiceError)) return false;
  if (error.code === 'AGENT_OLDER') return true;
  if (error.code !== 'AGENT_REFUSED') return false;
  const code = String(error.values.code);
  if (passing.has(code)) return false;
  const entry = Object.hasOwn(errorTable, code) ? errorTable[code as keyof typeof errorTable] : undefined;
  return entry !== undefined && entry.retry !== 'later';
}

async function endRefused({ store, waiting }: AgentWork, given: HubRun, refusal: SluiceError): Promise<void> {
  const { message, next, values } = refusal;
  const error = { message, next, code: String(values.code ?? refusal.code) };
  const ended = await store.runs.end(given.id, { status: 'failed', error, lease: given.lease });
  for (const id of ended) waiting.wake(changesOf(id));
}
