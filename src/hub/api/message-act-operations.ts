/** What people do to messages: Reprocess, Cancel, Edit and Reprocess, Resolve; ticked ones, or all that a filter finds. */
import { Type } from 'typebox';
import { notThere, refuseCall, refuseField } from '../../web/index.ts';
import { waitingMessages } from '../agents/dialled-waiting.ts';
import type { HubParts } from '../hub-parts.ts';
import { checkEdited } from '../messages/edited-payload.ts';
import { messageTasks, taskEnded } from '../messages/task-work.ts';
import { type HubStore, isInbound, type ManyAct, type MessageDetails, type MessageTask } from '../store/index.ts';
import { getMessage } from './message-operations.ts';
import { acted, cells, filter, type Meant, meant, messageTask, preview, wholeMessage } from './message-schemas.ts';
import { checkFilter, showLeftOut, showMessage, showTask } from './message-shown.ts';
import { closed, operation } from './operation.ts';

const page = 'Message Monitor';
const role = 'operator';
const longestWaitMs = 25_000;

/** Tells apart two who edit at once: the second finds it Cancelled. */
const attempt = Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'The try that was looked at.' });

const resolution = Type.Object(
  {
    isThere: Type.Boolean({ title: 'Is it in the org?', description: 'As was seen in the org itself.' }),
    salesforceId: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$',
        title: 'Salesforce Id',
        description: 'an id of 15 or 18 letters and digits',
      }),
    ),
    comment: Type.Optional(Type.String({ maxLength: 1_000, title: 'Comment' })),
  },
  closed,
);

const actSummary = {
  reprocess:
    'Tries failed messages again, and those that wait for their next try at once; what does not fit is left out.',
  cancel: 'Ends messages that are not wanted any more: New, Pending and Failed ones; what does not fit is left out.',
} as const;

const manyOperation = <const Act extends ManyAct>(act: Act) =>
  operation({
    method: 'POST',
    path: `/messages/${act}` as const,
    id: `${act}Messages`,
    summary: actSummary[act],
    page,
    role,
    body: meant,
    answer: acted,
    run: async ({ body, person }, parts) => ({ json: await actOn(parts, act, { body, by: person.username }) }),
  });

export const messageActOperations = [
  operation({
    method: 'POST',
    path: '/messages/preview',
    id: 'previewMessages',
    summary: 'How many messages a filter finds, and how many of these could be reprocessed or cancelled.',
    page,
    body: Type.Object({ act: Type.Enum(['reprocess', 'cancel']), filter }, closed),
    answer: preview,
    async run({ body }, { store }) {
      await store.calls.unfoldShortly();
      return { json: store.messages.preview(body.act, checkFilter(store, body.filter, 'filter.')) };
    },
  }),
  manyOperation('reprocess'),
  manyOperation('cancel'),
  operation({
    method: 'GET',
    path: '/message-tasks/:id',
    id: 'getMessageTask',
    summary: 'How far it is with what was asked of all that a filter finds.',
    page,
    query: Type.Object(
      {
        waitMs: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: longestWaitMs,
            default: 0,
            description: 'How long to wait for its end.',
          }),
        ),
      },
      closed,
    ),
    answer: messageTask,
    async run({ params, query: { waitMs = 0 } }, { store, waiting }) {
      const { id } = getTask(store, params.id);
      const look = () => (getTask(store, params.id).endedAt === null ? undefined : true);
      await waiting.until({ key: taskEnded(id), look, atMostMs: waitMs });
      return { json: showTask(getTask(store, params.id)) };
    },
  }),
  operation({
    method: 'POST',
    path: '/messages/:id/edit',
    id: 'editMessage',
    summary: 'Sends other values in the place of a message that failed; the original is kept, and linked.',
    page,
    role,
    status: 201,
    refusals: [409],
    body: Type.Object({ payload: cells, attempt }, closed),
    answer: wholeMessage,
    async run({ params, body, person }, { store, waiting }) {
      const original = getMessage(store, params.id);
      const kept = store.interfaces.find(original.interfaceId);
      if (kept === undefined) throw refuseCall(409, 'Its interface has been deleted.', 'Cancel the message.');
      if (body.attempt !== original.attempt || !mayEdit(original)) throw notAsItWas(original);
      if (!isInbound(kept.definition))
        throw refuseCall(409, 'Its interface goes out of Salesforce now.', 'Cancel the message.');
      const edit = checkEdited({ definition: kept.definition, original, payload: body.payload });
      const copy = await store.messages.edit(person.username, original.id, edit);
      if (copy === undefined) throw notAsItWas(getMessage(store, params.id));
      waiting.wake(waitingMessages);
      return { json: showMessage(store, getMessage(store, String(copy))) };
    },
  }),
  operation({
    method: 'POST',
    path: '/messages/:id/resolve',
    id: 'resolveMessage',
    summary: 'Says what became of a message of unknown outcome, by whoever looked into the org.',
    page,
    role,
    refusals: [409],
    body: resolution,
    answer: wholeMessage,
    async run({ params, body: { isThere, salesforceId, comment = '' }, person }, { store }) {
      const { id } = getMessage(store, params.id);
      if (isThere && salesforceId === undefined)
        throw refuseField(
          'salesforceId',
          'Salesforce Id is required for a record that is there.',
          'Enter the id of the record.',
        );
      if (!isThere && salesforceId !== undefined)
        throw refuseField('salesforceId', 'A record that is not there has no Salesforce Id.', 'Leave it out.');
      const done = await store.messages.resolve(person.username, id, { salesforceId: salesforceId ?? null, comment });
      if (!done) throw notUnknown(getMessage(store, params.id));
      return { json: showMessage(store, getMessage(store, params.id)) };
    },
  }),
];

type Asked = { body: Meant; by: string };

async function actOn(parts: HubParts, act: ManyAct, { body: { ids, filter }, by }: Asked) {
  const { store, waiting } = parts;
  if ((ids === undefined) === (filter === undefined))
    throw refuseField('ids', 'Either ids or a filter says which messages are meant.', 'Give one of the two.');
  await store.calls.unfoldShortly();
  if (ids !== undefined) {
    const { done, leftOut } = await store.messages.act(
      by,
      act,
      [...new Set(ids)].sort((one, other) => one - other),
    );
    if (done > 0) waiting.wake(waitingMessages);
    return { done, leftOut: showLeftOut(leftOut), task: null };
  }
  if (Object.keys(filter ?? {}).length === 0)
    throw refuseField(
      'filter',
      'An empty filter would mean every message there is.',
      'Say which are meant, by status for example.',
    );
  const task = await store.messages.addTask(by, act, checkFilter(store, filter ?? {}, 'filter.'));
  waiting.wake(messageTasks);
  return { done: 0, leftOut: [], task: showTask(task) };
}

function mayEdit({ status, payload, isInRun }: MessageDetails): boolean {
  return payload !== null && (status === 'Failed' || (status === 'Pending' && !isInRun));
}

function notAsItWas({ status, payload, attempt, isInRun }: MessageDetails) {
  if (payload === null)
    return refuseCall(
      409,
      'The hub has no values of it to edit.',
      'Mend the record in its source, and process its interface again.',
    );
  const where = isInRun && status === 'Pending' ? ', in a run that has not ended' : '';
  return refuseCall(
    409,
    `It is ${status}${where}, and at try ${attempt}.`,
    'Look at it again: only what failed, or waits for another try, can be edited.',
  );
}

function notUnknown({ status, outcome }: MessageDetails) {
  const what = outcome === null ? status : `${status}, and ${outcome}`;
  return refuseCall(
    409,
    `What became of it is known: it is ${what}.`,
    'Look at it again; there is nothing to resolve.',
  );
}

function getTask({ messages }: HubStore, id: string | undefined): MessageTask {
  const found = /^\d{1,15}$/.test(id ?? '') ? messages.findTask(Number(id)) : undefined;
  if (found === undefined) throw notThere('task');
  return found;
}
