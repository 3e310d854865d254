/** What an agent that is signed in calls: it asks for requests, answers them, and sends its reports. */
import { heartbeatMs, type ReportBatch, type RequestAnswer, type RequestPoll } from '../../protocol/index.ts';
import { refuseCall } from '../../web/index.ts';
import { answerTo, requestsFor, runsFor } from '../agents/dialled-waiting.ts';
import type { HubParts } from '../hub-parts.ts';
import type { DialledAgent } from '../store/index.ts';
import type { AgentCall, Answered } from './agent-call.ts';
import { keepReports } from './keep-reports.ts';
import { notSignedIn } from './not-signed-in.ts';
import type { Polls } from './polls.ts';

/** Requests for this agent, as soon as there are any. Of many questions at once the oldest is answered first, by what there is. */
export async function giveRequests(parts: HubParts, call: AgentCall<RequestPoll>, polls: Polls): Promise<Answered> {
  const { store, waiting } = parts;
  const { agent, body, signal } = call;
  const { waitMs, deployment, room, having } = body;
  await store.dialledAgents.seen(agent, deployment);
  await hearDeployment(parts, agent, deployment);
  using place = polls.enter(agent.id, signal);
  const look = () => {
    if (isRevoked(parts, agent)) return [];
    const open = store.requests.listOpen({ agent: agent.id, having, atMost: room });
    return open.length > 0 ? open : undefined;
  };
  const requests = await waiting.until({
    key: requestsFor(agent.id),
    look,
    atMostMs: Math.min(waitMs, heartbeatMs),
    signal: place.signal,
  });
  if (isRevoked(parts, agent)) throw notSignedIn();
  if (!signal.aborted) await store.dialledAgents.seen(agent);
  return { status: 200, json: { requests: requests ?? [] } };
}

/** Also one that has registered anew, and has other credentials by now. */
function isRevoked({ store }: HubParts, { id, clientRow }: DialledAgent): boolean {
  const agent = store.dialledAgents.find(id);
  return !agent?.active || agent.clientRow !== clientRow;
}

/** What it has not got, or what waited for it to be heard of, is sent to it now. */
async function hearDeployment({ store, waiting }: HubParts, { agentId }: DialledAgent, has: number): Promise<void> {
  const row = store.agents.findByAgentId(agentId)?.id;
  const kept = row === undefined ? undefined : store.deployments.find(row);
  if (row === undefined || kept === undefined) return;
  if (kept.has !== has) await store.deployments.heard(row, has);
  waiting.wake(runsFor(row));
}

/** The first answer counts; one that comes again is taken and changes nothing. */
export async function takeAnswer(parts: HubParts, { agent, id, body }: AgentCall<RequestAnswer>): Promise<Answered> {
  const { store, waiting } = parts;
  if (!(await store.requests.answer(agent.id, id, body)))
    throw refuseCall(404, 'Nobody waits for this answer.', 'Drop it: it came too late, or the request was not yours.');
  waiting.wake(answerTo(id));
  await store.dialledAgents.seen(agent);
  return { status: 204 };
}

/** Acknowledged means on disk. */
export async function takeReports(parts: HubParts, { agent, body }: AgentCall<ReportBatch>): Promise<Answered> {
  const { dialledAgents } = parts.store;
  const isStopping = Object(body.reports.at(-1)).kind === 'agentStopping';
  // In one turn, so that both share a transaction.
  const keeping = keepReports(parts, agent, body);
  const [kept] = await Promise.all([keeping, isStopping ? dialledAgents.left(agent) : dialledAgents.seen(agent)]);
  if ('acknowledged' in kept) return { status: 200, json: { acknowledged: kept.acknowledged } };
  const { refusal } = refuseCall(
    409,
    `Reports are missing before number ${body.from}.`,
    `Send from ${kept.wanted} on.`,
  );
  return { status: 409, json: { errors: refusal.errors, wanted: kept.wanted } };
}
