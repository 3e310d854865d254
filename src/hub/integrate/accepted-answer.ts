/** What is answered once the records of a call are on the disk: 202, and they go from there. */
import type { AcceptedCall, Answer, NewCall, NewMessage } from '../store/index.ts';
import { callPath, resultsOf, writeAnswer } from './answers.ts';
import type { Taking } from './taking.ts';

/** `reason`: why the caller could not be kept waiting for them. `status`: 200 when nothing is left to wait for. */
export type Accepted = { accepted: AcceptedCall; messages: readonly NewMessage[]; reason?: string; status?: 200 | 202 };

export function answerAccepted(
  taking: Pick<Taking, 'store' | 'wish' | 'url'>,
  call: NewCall & { messages?: number },
  { accepted, messages, reason, status = 202 }: Accepted,
): Answer {
  const { mode, modeReason, records } = call;
  const answer = {
    call: accepted.call,
    url: callUrl(taking, accepted.call),
    ...{ mode, modeReason, records },
    messages: call.messages ?? messages.length,
    ...(reason === undefined ? {} : { reason }),
    ...(mode === 'Bulk' ? {} : { results: resultsOf(messages, accepted.ids, namesIn(taking)) }),
  };
  return writeAnswer(status, answer, taking.wish.responseFormat);
}

/** Puts the API where its caller finds it. */
export const at = (base: string | undefined) => (base === undefined ? {} : { url: () => base });

export function callUrl({ url }: Pick<Taking, 'url'>, call: string): string {
  return `${url()}${callPath}/${call}`;
}

export function namesIn({ store }: Pick<Taking, 'store'>): (interfaceId: number) => string {
  return (id) => store.interfaces.find(id)?.definition.name ?? '';
}
