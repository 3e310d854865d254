/** Runs: each execution of an interface, from being asked for to its end; who may have it is said by its state and its lease. */
import type { SluiceError } from '../../base/index.ts';
import type { SqliteFile, Values } from '../../store/index.ts';
import { carryEndings, endingOf, endRun } from './end-run.ts';
import type { Writing } from './hub-store.ts';
import { findEnding, isNotEnding } from './kept-endings.ts';
import { runConfirmed } from './message-runs.ts';
import { type ListQuery, type PageOf, readPage } from './read-page.ts';
import { createRun, type HubRun, type NewRun, readRun, runColumns, runTable, selectedRun } from './run-rows.ts';
import { type RunsWish, runsWished } from './runs-wished.ts';

export type Leased = Pick<HubRun, 'id' | 'lease'>;
export type RunError = Pick<SluiceError, 'message' | 'next'> & { code: string };

/** What is asked for at once: with `inSequence` each begins when the one before has ended well. */
export type Asked = { runs: readonly Omit<NewRun, 'at' | 'afterId'>[]; inSequence: boolean; display: string };

/** `lease`: only when it has not been given out anew since. */
export type Ending = { status: 'failed' | 'cancelled' | 'unknown rows'; error: RunError; lease?: number };

export type Runs = {
  list(query: ListQuery & RunsWish): PageOf<HubRun>;
  find(id: number): HubRun | undefined;
  /** By its id, or its UUID. */
  findNamed(name: string): HubRun | undefined;
  /** How many of this interface have not ended. */
  countOpen(interfaceId: number): number;
  /** Of all interfaces; every state but ended. */
  countOpenByState(): Record<string, number>;
  /** The last one of this interface that has begun or ended. */
  findLast(interfaceId: number): HubRun | undefined;
  /** The oldest of this interface that has not ended, but this one. */
  findAhead(run: HubRun): HubRun | undefined;
  ask(by: string, asked: Asked): Promise<HubRun[]>;
  /** To be given to this agent now, the oldest first. */
  waiting(agentRow: number, atMost: number): HubRun[];
  /** It has the next lease from now on, and is this agent's; undefined when it is no longer as it was read. */
  given(run: Leased, lease: { agentRow: number; forMs: number }): Promise<HubRun | undefined>;
  /** It waits again: whatever became of the question, nothing has begun. */
  handedBack(run: Leased): Promise<void>;
  /** False when it was given out anew meanwhile. */
  renewed(run: Leased, forMs: number): Promise<boolean>;
  /** From now on it is given to nobody else. False when it was given out anew or cancelled meanwhile. */
  confirmed(run: Leased): Promise<boolean>;
  /** Those of this agent that are confirmed, and did not answer to that in time. */
  toConfirm(agentRow: number): HubRun[];
  confirmAnswered(id: number): Promise<void>;
  /** One that its agent never had, and that nobody else can have. */
  putBack(id: number): Promise<void>;
  /** Those of this agent that were asked to be cancelled, and have not ended. */
  toCancel(agentRow: number): HubRun[];
  /** Those this agent has begun, or may have, the oldest first. */
  begun(agentRow: number, atMost: number): HubRun[];
  /** What nobody has begun ends at once; the rows of all runs that did. */
  askCancel(by: string, run: HubRun): Promise<number[]>;
  /** The hub itself ends it; the rows of all runs that ended by it, none when it had ended already. */
  end(id: number, ending: Ending): Promise<number[]>;
  /** As `end`, when a person gives it up. */
  giveUp(by: string, run: HubRun, error: RunError): Promise<number[]>;
  /** Brings to its end what was ending when the program was stopped; the rows of all runs that did. */
  finishEnding(): Promise<number[]>;
  /** Those nobody has begun, of interfaces that are not deployed or not there any more, or whose integration is stopped. */
  stranded(): HubRun[];
  /** Those that were begun and whose integration is stopped, and that were not asked to be cancelled yet. */
  toStop(): HubRun[];
};

const section = 'Runs';
const leaseIsOver = `(run.state = 'waiting' OR run.state = 'given' AND run.lease_until <= :now) AND ${isNotEnding}`;

/** Of one interface one at a time, in the order they were asked for. */
const toGive = `WITH open AS MATERIALIZED (SELECT id, interface_id, state FROM run WHERE state <> 'ended')
  SELECT ${selectedRun} FROM ${runTable}
    JOIN interface ON interface.id = run.interface_id
    JOIN integration ON integration.id = interface.integration_id
    JOIN connection ON lower(connection.name) = lower(interface.connection)
  WHERE run.state <> 'ended' AND ${leaseIsOver} AND connection.agent_row = :agentRow AND run.cancel_asked_at IS NULL
    AND integration.state = 'active' AND interface.status = 'deployed' AND json_extract(connection.salesforce, '$.consumerSecret') IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM open WHERE open.interface_id = run.interface_id AND open.id <> run.id
      AND (open.id < run.id OR open.state IN ('confirmed', 'running')))
    AND (run.after_id IS NULL OR EXISTS (SELECT 1 FROM run before WHERE before.id = run.after_id
      AND before.status IN ('completed', 'completed with rejects')))
  ORDER BY run.id LIMIT :atMost`;

const strandedRuns = `SELECT ${selectedRun} FROM ${runTable}
    LEFT JOIN interface ON interface.id = run.interface_id
    LEFT JOIN integration ON integration.id = interface.integration_id
  WHERE run.state <> 'ended' AND ${leaseIsOver} AND (interface.id IS NULL OR interface.status <> 'deployed' OR integration.state = 'stopped')`;

const stoppedRuns = `SELECT ${selectedRun} FROM ${runTable}
    JOIN interface ON interface.id = run.interface_id
    JOIN integration ON integration.id = interface.integration_id
  WHERE run.state IN ('confirmed', 'running') AND run.cancel_asked_at IS NULL AND integration.state = 'stopped'`;

export function runsTable(writing: Writing): Runs {
  const { store, clock, change } = writing;
  const all = (sql: string, values: Values) => store.all(sql, values).map(readRun);
  const where = (condition: string, values: Values) =>
    all(`SELECT ${selectedRun} FROM ${runTable} WHERE ${condition}`, values);
  const find = (id: number) => where('run.id = :id', { id })[0];
  return {
    ...readers(store, where),
    ...leases(writing, find),
    find,
    ask: (by, asked) => askRuns(writing, by, asked),
    waiting: (agentRow, atMost) => all(toGive, { agentRow, atMost, now: clock.now() }),
    toConfirm: (agentRow) =>
      where(`run.agent_row = :agentRow AND run.state = 'confirmed' AND run.lease_until <= :now`, {
        agentRow,
        now: clock.now(),
      }),
    toCancel: (agentRow) =>
      where(`run.agent_row = :agentRow AND run.state IN ('confirmed', 'running') AND run.cancel_asked_at IS NOT NULL`, {
        agentRow,
      }),
    begun: (agentRow, atMost) =>
      where(
        `run.agent_row = :agentRow AND run.state IN ('confirmed', 'running') AND run.lease_until IS NULL ORDER BY run.id LIMIT :atMost`,
        { agentRow, atMost },
      ),
    askCancel: (by, run) => toTheEnd(store, askToCancel(writing, by, run)),
    end: (id, ending) =>
      toTheEnd(
        store,
        store.gather(() => endHere(writing, id, ending)),
      ),
    finishEnding: () => carryEndings(store),
    giveUp(by, { id, interface: name, run }, error) {
      const display = `Gave up run ${run} of ${name}, whose agent is not heard of`;
      const ending = { status: 'unknown rows', error } as const;
      return toTheEnd(
        store,
        change(by, { action: 'gaveUpRun', section, display }, () => endHere(writing, id, ending)),
      );
    },
    stranded: () => all(strandedRuns, { now: clock.now() }),
    toStop: () => all(stoppedRuns, {}),
  };
}

type Leases = 'given' | 'handedBack' | 'renewed' | 'confirmed' | 'confirmAnswered' | 'putBack';

/** Who has a run: each step is one statement that finds it as it was read, or changes nothing. */
function leases({ store, clock }: Writing, find: Runs['find']): Pick<Runs, Leases> {
  const alter = (sql: string, values: Values) =>
    store.gather(() => store.run(sql, { ...values, now: clock.now() }).changes === 1);
  return {
    async given({ id, lease }, { agentRow, forMs }) {
      const sql = `UPDATE run SET state = 'given', lease = lease + 1, lease_until = :now + :forMs, agent_row = :agentRow
        WHERE id = :id AND lease = :lease AND ${leaseIsOver} AND cancel_asked_at IS NULL`;
      return (await alter(sql, { id, lease, agentRow, forMs })) ? find(id) : undefined;
    },
    async handedBack({ id, lease }) {
      const sql = `UPDATE run SET state = 'waiting', lease_until = NULL WHERE id = :id AND lease = :lease AND state = 'given'`;
      await store.gather(() => store.run(sql, { id, lease }));
    },
    renewed({ id, lease }, forMs) {
      const sql = `UPDATE run SET lease_until = :now + :forMs WHERE id = :id AND lease = :lease AND state = 'given'`;
      return alter(sql, { id, lease, forMs });
    },
    confirmed: (run) => store.gather(() => confirm(store, run, clock.now())),
    async confirmAnswered(id) {
      const sql = `UPDATE run SET lease_until = NULL WHERE id = :id AND state = 'confirmed'`;
      await store.gather(() => store.run(sql, { id }));
    },
    async putBack(id) {
      const sql = `UPDATE run SET state = 'waiting', lease_until = NULL WHERE id = :id AND state = 'confirmed' AND lease = 0`;
      await store.gather(() => store.run(sql, { id }));
    },
  };
}

/** Whoever confirms it tells its agent at once; after this long it is told again. */
const tellAgainMs = 10_000;

function confirm(store: SqliteFile, { id, lease }: Leased, now: number): boolean {
  const sql = `UPDATE run SET state = 'confirmed', lease_until = :until
    WHERE id = :id AND lease = :lease AND state = 'given' AND cancel_asked_at IS NULL AND ${isNotEnding}`;
  if (store.run(sql, { id, lease, until: now + tellAgainMs }).changes === 0) return false;
  runConfirmed(store, { id });
  return true;
}

type Where = (condition: string, values: Values) => HubRun[];

function readers(
  store: SqliteFile,
  where: Where,
): Pick<Runs, 'list' | 'findNamed' | 'countOpen' | 'countOpenByState' | 'findLast' | 'findAhead'> {
  return {
    list: ({ page, pageSize, sort, search, ...wish }) =>
      readPage(store, {
        table: runTable,
        columns: runColumns,
        searched: ['known.name', 'known.integration', 'run.run', 'run.asked_by', "coalesce(run.error, '')"],
        where: runsWished(wish),
        defaultSort: '-id',
        query: Object.fromEntries(
          Object.entries({ page, pageSize, sort, search }).filter(([, value]) => value !== undefined),
        ),
        read: readRun,
      }),
    findNamed: (name) =>
      (/^\d{1,15}$/.test(name) ? where('run.id = :id', { id: Number(name) }) : where('run.run = :name', { name }))[0],
    countOpenByState() {
      const sql = `SELECT state, count(*) AS n FROM run INDEXED BY run_open WHERE state <> 'ended' GROUP BY state`;
      const none = { waiting: 0, given: 0, confirmed: 0, running: 0 };
      return { ...none, ...Object.fromEntries(store.all(sql).map(({ state, n }) => [String(state), Number(n)])) };
    },
    countOpen(interfaceId) {
      const sql = `SELECT count(*) AS n FROM run INDEXED BY run_open WHERE state <> 'ended' AND interface_id = :interfaceId`;
      return Number(store.get(sql, { interfaceId })?.n);
    },
    findLast: (interfaceId) =>
      where(`run.interface_id = :interfaceId AND run.started_at IS NOT NULL ORDER BY run.id DESC LIMIT 1`, {
        interfaceId,
      })[0],
    findAhead: ({ id, interfaceId }) =>
      where(
        `run.state <> 'ended' AND run.interface_id = :interfaceId AND run.id <> :id
          AND (run.id < :id OR run.state IN ('confirmed', 'running')) ORDER BY run.id LIMIT 1`,
        { id, interfaceId },
      )[0],
  };
}

function askRuns({ store, change }: Writing, by: string, { runs, inSequence, display }: Asked): Promise<HubRun[]> {
  return change(by, { action: 'startedRuns', section, display }, (now) => {
    let before: number | null = null;
    const made: HubRun[] = [];
    for (const run of runs) {
      before = createRun(store, { ...run, afterId: inSequence ? before : null, at: now });
      made.push(readInside(store, before) as HubRun);
    }
    return made;
  });
}

function readInside(store: SqliteFile, id: number): HubRun | undefined {
  const row = store.prepare(`SELECT ${selectedRun} FROM ${runTable} WHERE run.id = :id`).get({ id });
  return row && readRun(row);
}

function askToCancel({ store, change }: Writing, by: string, { id, interface: name, run }: HubRun): Promise<number[]> {
  const display = `Cancelled run ${run} of ${name}`;
  return change(by, { action: 'cancelledRun', section, display }, (now) => {
    const asked = `UPDATE run SET cancel_asked_at = coalesce(cancel_asked_at, :now), cancel_asked_by = coalesce(cancel_asked_by, :by)
      WHERE id = :id AND state <> 'ended'`;
    store.run(asked, { id, now, by });
    const found = readInside(store, id);
    if (found === undefined || !['waiting', 'given'].includes(found.state) || findEnding(store, id)) return [];
    const error = {
      code: 'RUN_CANCELLED',
      message: `It was cancelled by ${by} before it began.`,
      next: 'Nothing was sent.',
    };
    return endRun(store, found, endingOf(found, 'cancelled', error, now));
  });
}

async function toTheEnd(store: SqliteFile, ending: Promise<number[]>): Promise<number[]> {
  return [...(await ending), ...(await carryEndings(store))];
}

function endHere({ store, clock }: Writing, id: number, { status, error, lease }: Ending): number[] {
  const run = readInside(store, id);
  if (run === undefined || run.state === 'ended' || findEnding(store, id)) return [];
  if (lease !== undefined && run.lease !== lease) return [];
  return endRun(store, run, endingOf(run, status, error, clock.now()));
}
