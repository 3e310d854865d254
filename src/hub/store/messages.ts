/** Messages: one record's passage each, as people find them and what they do about them. What agents report is in message-rows.ts. */
import { writeAudit } from './audit.ts';
import type { Writing } from './hub-store.ts';
import { actOnMessages, type Done, type ManyAct } from './message-acts.ts';
import { type Count, countByStatus, countOpen, type OpenCounts, type Preview, previewAct } from './message-counts.ts';
import { findMessage, type MessageDetails } from './message-details.ts';
import type { MessageFilter } from './message-filter.ts';
import { copyEdited, type Edit, type Resolution, resolveMessage } from './message-mending.ts';
import { type MessagePage, type PageWish, searchMessages } from './message-search.ts';
import type { MessageStatus } from './message-states.ts';
import { actWords, addTask, carryTask, findTask, hasOpenTask, type MessageTask } from './message-tasks.ts';

export type Messages = {
  /** Throws ApiRefused 400 for a cursor that is none. */
  search(wish: PageWish): MessagePage;
  find(id: number): MessageDetails | undefined;
  /** The values of those of which they are kept, by id. */
  payloads(ids: readonly number[]): Map<number, unknown>;
  /** Ids of what is, or was, called so; in any case. */
  interfacesCalled(names: { interface?: string | undefined; integration?: string | undefined }): number[];
  counts(interfaceIds?: readonly number[]): Record<MessageStatus, Count>;
  /** Of those that are not at their end; asked again and again by whoever watches. */
  openCounts(): OpenCounts;
  /** What an act on all that a filter finds would change. */
  preview(act: ManyAct, filter: MessageFilter): Preview;
  act(by: string, act: ManyAct, ids: readonly number[]): Promise<Done>;
  /** The same for all that a filter finds now; done by `carryTask`. Gives the id of the task. */
  addTask(by: string, act: ManyAct, filter: MessageFilter): Promise<MessageTask>;
  findTask(id: number): MessageTask | undefined;
  hasOpenTask(): boolean;
  /** One slice of the oldest task, by its id; undefined when there was none. */
  carryTask(): Promise<number | undefined>;
  /** False when it is not of unknown outcome any more. */
  resolve(by: string, id: number, resolution: Resolution): Promise<boolean>;
  /** The id of the copy; undefined when the original may not be edited any more. */
  edit(by: string, id: number, edit: Edit): Promise<number | undefined>;
};

const section = 'Messages';
const shownIds = 10;

export function messagesTable({ store, clock }: Writing): Messages {
  /** One transaction with an entry in the audit trail, unless it changed nothing. */
  const write = <Result>(
    by: string,
    work: (now: number) => { result: Result; action: string; display: string | null },
  ) =>
    store.write(() => {
      const now = clock.now();
      const { result, action, display } = work(now);
      if (display !== null) writeAudit(store, { at: now, actor: by, action, section, display });
      return result;
    });
  return {
    search: (wish) => searchMessages(store, wish),
    find: (id) => findMessage(store, id),
    payloads(ids) {
      const sql = `SELECT id, payload FROM message WHERE id IN (SELECT value FROM json_each(:ids)) AND payload IS NOT NULL`;
      const rows = store.all(sql, { ids: JSON.stringify(ids) });
      return new Map(rows.map(({ id, payload }) => [Number(id), JSON.parse(String(payload))]));
    },
    interfacesCalled({ interface: name = null, integration = null }) {
      const sql = `SELECT id FROM known_interface WHERE (:name IS NULL OR lower(name) = lower(:name))
        AND (:integration IS NULL OR lower(integration) = lower(:integration))`;
      return store.all(sql, { name, integration }).map(({ id }) => Number(id));
    },
    counts: (interfaceIds) => countByStatus(store, interfaceIds),
    openCounts: () => countOpen(store),
    preview: (act, filter) => previewAct(store, act, filter),
    act: (by, act, ids) =>
      write(by, (now) => {
        const result = actOnMessages(store, act, ids, { by, now });
        const { action, display } = actWords[act];
        return { result, action, display: result.done === 0 ? null : `${display} ${namesOf(ids, result.done)}` };
      }),
    async addTask(by, act, filter) {
      const id = await store.write(() => addTask(store, { act, filter, by, now: clock.now() }));
      return findTask(store, id) as MessageTask;
    },
    findTask: (id) => findTask(store, id),
    hasOpenTask: () => hasOpenTask(store),
    carryTask: () => store.write(() => carryTask(store, clock.now())),
    resolve: (by, id, resolution) =>
      write(by, (now) => {
        const result = resolveMessage(store, id, { ...resolution, by, now });
        const found = resolution.salesforceId === null ? 'not in the org' : `in the org as ${resolution.salesforceId}`;
        return {
          result,
          action: 'resolvedMessage',
          display: result ? `Said of message ${id} that it is ${found}` : null,
        };
      }),
    edit: (by, id, edit) =>
      write(by, (now) => {
        const result = copyEdited(store, id, { ...edit, by, now });
        const display = result === undefined ? null : `Edited message ${id}: message ${result} goes in its place`;
        return { result, action: 'editedMessage', display };
      }),
  };
}

function namesOf(ids: readonly number[], done: number): string {
  const shown = ids.slice(0, shownIds).join(', ');
  return `${done} of ${ids.length} messages: ${shown}${ids.length > shownIds ? ' and others' : ''}`;
}
