/** `GET /V4/calls/:id`: what became of the records of a call, for the client that sent it. */
import { notThere, refuseField } from '../../web/index.ts';
import type { Answer, CallMessage, KeptCall } from '../store/index.ts';
import { at, callUrl, namesIn } from './accepted-answer.ts';
import { type RecordResult, writeAnswer } from './answers.ts';
import type { Caller } from './find-target.ts';
import type { IntegrateMeans } from './taking.ts';

const mostAtOnce = 1_000;

/** `base`: as that of an IntegrateCall. */
export type CallAsking = { caller: Pick<Caller, 'identity'>; call: string; search: URLSearchParams; base?: string };
type Means = Pick<IntegrateMeans, 'store' | 'url'>;

/** Throws ApiRefused 404 for a call of somebody else, as for one that is not there. */
export async function showCall(here: Means, { caller, call, search, base }: CallAsking): Promise<Answer> {
  const means = { ...here, ...at(base) };
  const found = await findUnfolded(means, call);
  if (found === undefined || found.state === 'arriving' || found.caller.identity !== caller.identity)
    throw notThere('call of this client');
  const format = search.get('response-format')?.trim().toUpperCase() === 'CSV' ? 'CSV' : 'JSON';
  const after = wholeNumber(search, 'after', 0, Number.MAX_SAFE_INTEGER);
  const atMost = wholeNumber(search, 'limit', 200, mostAtOnce);
  const answer = answerOf(means, found, { after, atMost });
  const next = answer.next === undefined || format === 'JSON' ? {} : { next: `${answer.next}&response-format=CSV` };
  return writeAnswer(200, { ...answer, ...next }, format);
}

/** What was accepted just now becomes messages first. */
async function findUnfolded({ store: { calls } }: Means, call: string): Promise<KeptCall | undefined> {
  const found = calls.findByCall(call);
  if (found?.state !== 'accepted') return found;
  await calls.unfoldShortly();
  return calls.findByCall(call);
}

export function answerOf(means: Means, call: KeptCall, { after, atMost }: { after: number; atMost: number }) {
  const { store } = means;
  const page = store.calls.messagesOf(call.id, after, atMost);
  const { mode, modeReason, records, messages, state } = call;
  const url = callUrl(means, call.call);
  const last = page.at(-1)?.id;
  const isMore = page.length === atMost && last !== undefined;
  return {
    ...{ call: call.call, url, mode, modeReason, records, messages },
    ...(state === 'accepted' ? { reason: 'Its messages are still being made.' } : {}),
    results: page.map((message) => resultOf(means, call, message)),
    ...(isMore ? { next: `${url}?after=${last}&limit=${atMost}` } : {}),
  };
}

/** Roots are numbered as they came; of nested ones the number of their parent is given. */
function resultOf(means: Means, call: KeptCall, message: CallMessage): RecordResult {
  const { id, interfaceId, parentId, status, outcome, created, code, reason, salesforceId } = message;
  const success = outcome === 'succeeded' ? true : outcome === 'rejected' ? false : null;
  const nested = parentId === null ? {} : { interface: namesIn(means)(interfaceId), parent: parentId };
  return {
    record: id - (call.firstMessage ?? id) + 1,
    ...nested,
    ...{ message: id, status, success, id: salesforceId, created },
    errors: code === null && reason === null ? [] : [{ statusCode: code ?? '', message: reason ?? '', fields: [] }],
  };
}

function wholeNumber(search: URLSearchParams, name: string, otherwise: number, most: number): number {
  const written = search.get(name)?.trim();
  if (written === undefined || written === '') return otherwise;
  const value = Number(written);
  if (/^\d+$/.test(written) && value <= most) return value;
  throw refuseField(name, `The parameter ${name} is no whole number there may be.`, `Use one up to ${most}.`);
}
