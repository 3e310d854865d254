/** What is answered to a call that came before with the same Idempotency-Key. */
import { longestRunWaitMs } from '../../protocol/index.ts';
import { ApiRefused, refuseCall } from '../../web/index.ts';
import type { Answer, KeptAnswer, Once } from '../store/index.ts';
import { callUrl } from './accepted-answer.ts';
import { headersOfCall, writeAnswer } from './answers.ts';
import { answerOf } from './show-call.ts';
import type { Taking } from './taking.ts';

const retrySeconds = 1;

/** A caller of a Synchronous call waits no longer; what is without an answer by then was cut off. */
const longestCallMs = longestRunWaitMs + 60_000;

type Means = Pick<Taking, 'store' | 'url' | 'clock' | 'wish'>;

/** Throws ApiRefused 409 while the first is under way, 422 when it was another call. */
export function repeatedAnswer(means: Means, kept: KeptAnswer, once: Once): Answer {
  if (kept.fingerprint !== once.fingerprint)
    throw refuseCall(
      422,
      'This Idempotency-Key came before with another call.',
      'Use a new key for each call, and the same one only to repeat a call as it was.',
    );
  return (
    (kept.answer && withHeaders(means, kept.callId, kept.answer)) ?? answerOfCutOff(means, kept) ?? refuseUnderWay()
  );
}

function withHeaders(means: Means, callId: number, answer: Answer): Answer {
  const call = means.store.calls.find(callId);
  if (call === undefined) return answer;
  return { ...answer, headers: headersOfCall(answer.status, { url: callUrl(means, call.call), mode: call.mode }) };
}

/** The hub was stopped while the caller waited: the messages tell what became of the records since. */
function answerOfCutOff(means: Means, { callId }: KeptAnswer): Answer | undefined {
  const call = means.store.calls.find(callId);
  if (call === undefined || means.clock.now() - call.arrivedAt < longestCallMs) return undefined;
  const answer = answerOf(means, call, { after: 0, atMost: call.messages });
  return writeAnswer(202, answer, means.wish.responseFormat);
}

function refuseUnderWay(): never {
  const message = 'The call with this Idempotency-Key is still under way.';
  const errors = [{ field: null, message, next: 'Send it again in a moment: it will be given the same answer.' }];
  throw new ApiRefused({ status: 409, errors, headers: { 'Retry-After': String(retrySeconds) } });
}
