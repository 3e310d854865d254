/** Asks the hub for requests, works on several at once, and answers each; one that comes again gets the answer it had. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, type Log, reasonOf, SluiceError } from '../../base/index.ts';
import {
  type AgentHandlers,
  dialOutPaths,
  type GivenRequest,
  heartbeatMs,
  mostRequestsAtOnce,
  protocolSince,
  type RequestAnswer,
  type RequestPoll,
} from '../../protocol/index.ts';
import { refuseCall } from '../../web/index.ts';
import { answerRequest, refusalOf } from '../answer-request.ts';
import type { HubProtocol } from '../hub-protocol.ts';
import type { ReportJournal } from '../report-journal/report-journal.ts';
import type { HubCalls } from './hub-calls.ts';
import { loopSteadily } from './steady-loop.ts';

export type RequestMeans = {
  calls: HubCalls;
  protocol: Pick<HubProtocol, 'speaks'>;
  handlers: AgentHandlers;
  journal: Pick<ReportJournal, 'hasRoom'>;
  /** Of the deployment the agent has. */
  deployment(): number;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Aborted: no more requests are taken. */
  stopping: AbortSignal;
  /** Aborted: what is under way is given up, and answered by a refusal. */
  ending: AbortSignal;
  /** Aborted: no answer is brought to the hub any more. */
  leaving: AbortSignal;
};

/** How many answers are remembered for requests that come again. */
const rememberedAnswers = 64;
const pollGraceMs = 20_000;
/** An answer is brought to the hub for so long after its request is of no use any more. */
const bringForMs = 60_000;
const emptyTooSoonMs = 1_000;
const journalFullMs = 5_000;

/** Resolves when it was told to stop, and what it had is answered. */
export async function runRequestLoop(means: RequestMeans): Promise<void> {
  const work = createWork(means);
  const { clock, random, log, stopping } = means;
  const act = async () => {
    if (!(await means.journal.hasRoom())) {
      log.error({}, 'reports cannot be written down: no work is taken until there is room on the disk');
      await clock.sleep(journalFullMs, { signal: stopping });
      return;
    }
    const state = work.state();
    // An older hub takes no such question, and hears nothing of the agent until there is room.
    if (state.room === 0 && !means.protocol.speaks(protocolSince.askingWithoutRoom))
      return await work.untilRoom(heartbeatMs, stopping);
    const askedAt = performance.now();
    const requests = await poll(means, state);
    if (state.room === 0) return await work.untilRoom(heartbeatMs, stopping);
    for (const request of requests) work.begin(request);
    // Whatever stands between, the hub is not asked without a pause.
    if (requests.length === 0 && performance.now() - askedAt < emptyTooSoonMs)
      await clock.sleep(emptyTooSoonMs * (1 + random()), { signal: stopping });
  };
  await loopSteadily({ what: 'asking the hub for requests', act, clock, random, log, signal: stopping });
  await work.done();
}

async function poll({ calls, deployment, stopping }: RequestMeans, state: Pick<RequestPoll, 'room' | 'having'>) {
  const waitMs = state.room > 0 ? heartbeatMs : 0;
  const body: RequestPoll = { waitMs, deployment: deployment(), ...state };
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(waitMs + pollGraceMs)]);
  const { json } = await calls.post(dialOutPaths.requests, body, { signal });
  const { requests } = Object(json) as { requests?: unknown };
  if (Array.isArray(requests)) return requests as GivenRequest[];
  throw new SluiceError('HUB_ANSWER_INVALID', { hub: 'the hub', reason: 'it holds no list of requests' });
}

function createWork(means: RequestMeans) {
  const running = new Map<string, Promise<void>>();
  const answers = new Map<string, RequestAnswer>();

  async function serve(request: GivenRequest): Promise<void> {
    const answer = answers.get(request.id) ?? (await answerUntilEnding(means, request));
    remember(answers, request.id, answer);
    await bring(means, request, answer);
  }

  return {
    state: () => ({ room: mostRequestsAtOnce - running.size, having: [...running.keys()] }),
    /** Or so long, in which the hub hears nothing of the agent. */
    async untilRoom(atMostMs: number, signal: AbortSignal): Promise<void> {
      const rested = new AbortController();
      const rest = sleep(atMostMs, undefined, { signal: AbortSignal.any([signal, rested.signal]) });
      await Promise.race([rest.catch(() => undefined), ...running.values()]);
      rested.abort();
    },
    begin(request: GivenRequest): void {
      if (running.has(request.id) || running.size >= mostRequestsAtOnce) return;
      const done = serve(request)
        .catch((error: unknown) => {
          const told = { reason: reasonOf(error), request: request.name };
          means.log.warn(told, 'an answer did not reach the hub');
        })
        .finally(() => running.delete(request.id));
      running.set(request.id, done);
    },
    async done(): Promise<void> {
      await Promise.all(running.values());
    },
  };
}

async function answerUntilEnding(means: RequestMeans, request: GivenRequest): Promise<RequestAnswer> {
  const { ending, log } = means;
  try {
    return await answerRequest(means, request, ending);
  } catch (error) {
    if (!ending.aborted) throw error;
    return refusalOf(refuseCall(503, 'The agent is stopping.', 'Try again once it is up again.'), log);
  }
}

function remember(answers: Map<string, RequestAnswer>, id: string, answer: RequestAnswer): void {
  answers.set(id, answer);
  for (const oldest of answers.keys()) {
    if (answers.size <= rememberedAnswers) return;
    answers.delete(oldest);
  }
}

/** Until the hub has it, says that it does not want it, or nobody can wait for it any more. */
async function bring(means: RequestMeans, request: GivenRequest, answer: RequestAnswer): Promise<void> {
  const { calls, clock, random, log, leaving } = means;
  const path = `${dialOutPaths.answers}/${encodeURIComponent(request.id)}`;
  const brought = new AbortController();
  const inTime = AbortSignal.timeout(request.withinMs + bringForMs);
  const signal = AbortSignal.any([leaving, inTime, brought.signal]);
  const act = async () => {
    await calls.post(path, answer, { signal, alsoGood: 404 });
    brought.abort();
  };
  await loopSteadily({ what: `answering ${request.name}`, act, clock, random, log, signal });
}
