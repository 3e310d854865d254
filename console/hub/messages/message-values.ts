/** What messages are, in the words of the page. */
import type { HubOperation } from '../../../src/hub/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { messageText as words } from '../text/messages.ts';

export type ListedMessage = AnswerOf<HubOperation, 'GET', '/messages'>['rows'][number];
export type Message = AnswerOf<HubOperation, 'GET', '/messages/:id'>;
export type Status = ListedMessage['status'];
export type Counts = AnswerOf<HubOperation, 'GET', '/messages/counts'>;

const tones: Readonly<Record<Status, string>> = {
  New: 'plain',
  Pending: 'info',
  Processing: 'info',
  Completed: 'good',
  Failed: 'alarm',
  Cancelled: 'plain',
};

export function toneOf({ status, outcome }: Pick<ListedMessage, 'status' | 'outcome'>): string {
  return outcome === 'unknown' ? 'warn' : tones[status];
}

/** Of what was refused: by whom. */
export function outcomeOf({ outcome, rejectedBy }: Pick<ListedMessage, 'outcome' | 'rejectedBy'>): string {
  if (outcome === null) return '';
  return outcome === 'rejected' && rejectedBy !== null
    ? words.rejected(words.rejectedBy[rejectedBy])
    : words.outcomes[outcome];
}

/** The reason as Salesforce gave it, after its code. */
export function commentOf({ code, reason }: Pick<ListedMessage, 'code' | 'reason'>): string {
  return [code, reason].filter((part) => part !== null).join(': ');
}

export function lastMoment({ settledAt, sentAt, arrivedAt }: ListedMessage): number {
  return settledAt ?? sentAt ?? arrivedAt;
}

export function countOf({ count, more }: Counts[Status]): string {
  const text = new Intl.NumberFormat().format(count);
  return more ? words.atLeast(text) : text;
}

export const isUnresolved = ({ status, outcome }: Pick<Message, 'status' | 'outcome'>) =>
  status === 'Processing' && outcome === 'unknown';

/** The hub checks them again, and says why it does not. */
export const mayReprocess = ({ status, payload, nextTryAt }: Message) =>
  payload !== null && (status === 'Failed' || (status === 'Pending' && nextTryAt !== null));

export const mayEdit = ({ status, payload, isInRun }: Message) =>
  payload !== null && (status === 'Failed' || (status === 'Pending' && !isInRun));

export const mayCancel = ({ status, isInRun }: Message) =>
  status === 'Failed' || ((status === 'New' || status === 'Pending') && !isInRun);
