/** What dialled agents are asked: kept until it was answered to whoever asked, or its time is over. */
import { randomUUID } from 'node:crypto';
import type { GivenRequest, RequestAnswer } from '../../protocol/index.ts';
import type { Writing } from './hub-store.ts';

type NewRequest = { agent: number; name: string; input: unknown; withinMs: number };

export type Requests = {
  /** The id of the request; on disk when it resolves. */
  add(request: NewRequest): Promise<string>;
  /** The oldest requests to this agent that wait for an answer, but those it has. */
  listOpen(wish: { agent: number; having: readonly string[]; atMost: number }): GivenRequest[];
  /** False when the agent was asked no such thing, or nobody waits for it any more. The first answer stays. */
  answer(agent: number, id: string, answer: RequestAnswer): Promise<boolean>;
  isAnswered(id: string): boolean;
  /** The answer, to one caller once; with it the request is gone. */
  takeAnswer(id: string): Promise<RequestAnswer | undefined>;
  /** Nobody waits for it any more. */
  drop(id: string): Promise<void>;
};

/** Answers that nobody fetched, since their asker died, stay so long. */
const keptMs = 60 * 60_000;

const open = `SELECT id, name, input, deadline_at AS "deadlineAt" FROM agent_request
  WHERE agent = :agent AND answered_at IS NULL AND deadline_at > :now
    AND id NOT IN (SELECT value FROM json_each(:having))
  ORDER BY asked_at, rowid LIMIT :atMost`;

export function requestsTable({ store, clock }: Writing): Requests {
  return {
    async add({ agent, name, input, withinMs }) {
      const id = randomUUID();
      await store.gather(() => {
        const now = clock.now();
        store.run('DELETE FROM agent_request WHERE deadline_at < :before', { before: now - keptMs });
        const sql = `INSERT INTO agent_request (id, agent, name, input, asked_at, deadline_at)
          VALUES (:id, :agent, :name, :input, :now, :deadline)`;
        store.run(sql, { id, agent, name, input: JSON.stringify(input), now, deadline: now + withinMs });
      });
      return id;
    },
    listOpen({ agent, having, atMost }) {
      const now = clock.now();
      const rows = store.all(open, { agent, now, having: JSON.stringify(having), atMost });
      return rows.map(({ id, name, input, deadlineAt }) => ({
        id: String(id),
        name: String(name),
        input: JSON.parse(String(input)),
        withinMs: Number(deadlineAt) - now,
      }));
    },
    answer: (agent, id, answer) =>
      store.gather(() => {
        const sql = `UPDATE agent_request SET answered_at = coalesce(answered_at, :now), answer = coalesce(answer, :answer)
          WHERE id = :id AND agent = :agent`;
        return store.run(sql, { id, agent, now: clock.now(), answer: JSON.stringify(answer) }).changes === 1;
      }),
    isAnswered: (id) =>
      store.get('SELECT 1 FROM agent_request WHERE id = :id AND answered_at IS NOT NULL', { id }) !== undefined,
    takeAnswer: (id) =>
      store.gather(() => {
        const sql = 'DELETE FROM agent_request WHERE id = :id AND answered_at IS NOT NULL RETURNING answer';
        const row = store.prepare(sql).get({ id });
        return row === undefined ? undefined : (JSON.parse(String(row.answer)) as RequestAnswer);
      }),
    async drop(id) {
      await store.gather(() => store.run('DELETE FROM agent_request WHERE id = :id', { id }));
    },
  };
}
