/** Runs: Manual Process, what ran and runs, how far it is, Cancel. */
import { Type } from 'typebox';
import { SluiceError } from '../../base/index.ts';
import { listOf, listQueryWith, notThere, refuseCall } from '../../web/index.ts';
import { changesOf, runsFor } from '../agents/dialled-waiting.ts';
import { isReached } from '../agents/heard-agent.ts';
import type { HubParts } from '../hub-parts.ts';
import { askForRuns } from '../runs/ask-for-runs.ts';
import type { HubRun } from '../store/index.ts';
import { closed, operation } from './operation.ts';
import { runFilters, shownRun } from './run-schemas.ts';
import { showRun, showRuns } from './run-shown.ts';

const page = 'Agent Control Board';
const operator = 'operator';
const longestWaitSeconds = 25;

const newRuns = Type.Object(
  {
    interfaces: Type.Array(Type.String({ minLength: 1, maxLength: 80 }), {
      title: 'Interfaces',
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      description: 'By name.',
    }),
    order: Type.Optional(
      Type.Enum(['sequence', 'together'], {
        title: 'Order',
        description:
          'sequence (when left out): one after the other in the order of integrations and interfaces, and none after one that did not go through. together: all at once.',
      }),
    ),
    full: Type.Optional(
      Type.Boolean({
        title: 'Everything, not only what changed',
        description:
          'For this once, interfaces out of Salesforce read everything, whatever was read before; what goes into Salesforce is always read whole.',
      }),
    ),
  },
  closed,
);

export const runOperations = [
  operation({
    method: 'POST',
    path: '/runs',
    id: 'startRuns',
    summary: 'Manual Process: runs interfaces. A run whose agent is away waits for it, and says so.',
    page,
    role: operator,
    status: 201,
    refusals: [404, 409],
    body: newRuns,
    answer: Type.Object({ runs: Type.Array(shownRun) }, closed),
    async run({ body: { interfaces, order = 'sequence', full = false }, person }, parts) {
      const runs = await askForRuns(parts, {
        names: interfaces,
        inSequence: order === 'sequence',
        full,
        by: person.username,
      });
      return { json: { runs: await showRuns(runs, parts) } };
    },
  }),
  operation({
    method: 'GET',
    path: '/runs',
    id: 'listRuns',
    summary: 'What ran, runs, and waits to run; the newest first.',
    page,
    query: listQueryWith(runFilters),
    answer: listOf(shownRun),
    async run({ query }, parts) {
      const { rows, ...rest } = parts.store.runs.list(query);
      return { json: { ...rest, rows: await showRuns(rows, parts) } };
    },
  }),
  operation({
    method: 'GET',
    path: '/runs/:id',
    id: 'getRun',
    summary: 'One run, by its id or its UUID, and how far it is.',
    page,
    query: Type.Object(
      {
        wait: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: longestWaitSeconds,
            description: 'The answer comes when the run has ended, and after so many seconds at the latest.',
          }),
        ),
      },
      closed,
    ),
    answer: shownRun,
    async run({ params, query: { wait = 0 } }, parts) {
      const run = getRun(params.id, parts);
      const look = () => (parts.store.runs.find(run.id)?.state === 'ended' ? true : undefined);
      await parts.waiting.until({ key: changesOf(run.id), look, atMostMs: wait * 1_000 });
      return { json: await showRun(getRun(params.id, parts), parts) };
    },
  }),
  operation({
    method: 'POST',
    path: '/runs/:id/cancel',
    id: 'cancelRun',
    summary: 'Cancel: what was handed to Salesforce is waited for and accounted for, the rest is not sent.',
    page,
    role: operator,
    refusals: [409],
    answer: shownRun,
    async run({ params, person }, parts) {
      const run = getRun(params.id, parts);
      if (run.state === 'ended')
        throw refuseCall(409, `Run ${run.id} has ended already: ${run.status}.`, 'Nothing is left to cancel.');
      const ended = await parts.store.runs.askCancel(person.username, run);
      for (const id of ended) parts.waiting.wake(changesOf(id));
      parts.waiting.wake(runsFor(run.agentRow));
      return { json: await showRun(getRun(params.id, parts), parts) };
    },
  }),
  operation({
    method: 'POST',
    path: '/runs/:id/give-up',
    id: 'giveUpRun',
    summary: 'Ends a run whose agent will not be heard of again; what is not accounted for stays unknown.',
    page,
    role: 'administrator',
    refusals: [409],
    answer: shownRun,
    async run({ params, person }, parts) {
      const run = getRun(params.id, parts);
      refuseToGiveUp(run, parts);
      const error = new SluiceError('RUN_LOST', { agent: run.agent ?? '' });
      const ended = await parts.store.runs.giveUp(person.username, run, error);
      for (const id of ended) parts.waiting.wake(changesOf(id));
      return { json: await showRun(getRun(params.id, parts), parts) };
    },
  }),
];

function getRun(id: string | undefined, { store }: HubParts): HubRun {
  const found = store.runs.findNamed(id ?? '');
  if (found === undefined) throw notThere('run');
  return found;
}

/** An agent that is there brings it to an end by itself. */
function refuseToGiveUp({ id, state, status, agentRow, agent }: HubRun, { store, clock }: HubParts): void {
  if (state === 'ended')
    throw refuseCall(409, `Run ${id} has ended already: ${status}.`, 'Nothing is left to give up.');
  if (state === 'waiting' || state === 'given') throw refuseCall(409, `Run ${id} has not begun.`, 'Cancel it instead.');
  const known = store.agents.find(agentRow);
  if (known !== undefined && isReached(store, known, clock))
    throw refuseCall(409, `The agent ${agent} is connected, and has this run.`, 'Cancel it instead.');
}
