/** The agent's account of runs it was given or began on schedule: from taken to ended, in one file with the reports of them. */
import { type Clock, SluiceError } from '../../base/index.ts';
import type { AgentInput, ReportBody } from '../../protocol/index.ts';
import type { Row } from '../../store/index.ts';
import type { DeployedConnection, DeployedInterface } from '../deployment/deployment.ts';
import type { AddReport, ReportJournal } from '../report-journal/report-journal.ts';

export type GivenRecords = NonNullable<AgentInput<'startRun'>['records']>;
export type RunState = 'taken' | 'confirmed' | 'ended';

export type TakenRun = {
  run: string;
  interface: string;
  lease: number;
  state: RunState;
  trigger: 'hub' | 'schedule';
  dueAt: number | null;
  /** Out of Salesforce: it reads everything, whatever was read before. */
  full: boolean;
  /** null: the rows are those of the source. */
  records: GivenRecords | null;
  cancelAsked: boolean;
  beganAt: number | null;
  /** With sealed secrets, as it was when the run began; forgotten when it has ended. */
  connection: DeployedConnection | null;
  ended: ReportBody<'runEnded'> | null;
};

/** Where the teller of a run's rows is: up to this place of this chunk. */
export type ToldMark = { run: string; chunk: number; place: number };

export type TakenRuns = {
  find(run: string): TakenRun | undefined;
  /** Those that may go on, in the order they were taken. */
  listConfirmed(): TakenRun[];
  /** Whether a run over the source of this interface goes on, or waits for its turn. */
  hasOpenSourceRun(interfaceName: string): boolean;
  /** On disk when it resolves; one that is there keeps its state. Errors: RUN_LEASE_OLD. */
  take(given: Pick<TakenRun, 'run' | 'interface' | 'lease' | 'full' | 'records'>): Promise<TakenRun>;
  /** Undefined for one that is not known. Errors: RUN_LEASE_OLD. */
  confirm(run: string, lease: number): Promise<TakenRun | undefined>;
  /** Takes and confirms a run that nobody else could have. */
  takeConfirmed(given: { run: string; interface: string; records: GivenRecords }): Promise<TakenRun>;
  /** One that is not confirmed is forgotten: nobody waits for word of it. */
  askCancel(run: string): Promise<TakenRun | undefined>;
  /** Once for each run, whatever came between: later calls change and report nothing. */
  began(run: TakenRun, deployed: DeployedInterface): Promise<void>;
  interrupted(body: ReportBody<'runInterrupted'>): Promise<void>;
  ended(body: ReportBody<'runEnded'>): Promise<void>;
  toldUpTo(run: string, chunk: number): number;
  /** The reports and the mark in one transaction. */
  told(mark: ToldMark, bodies: readonly ReportBody<'rows'>[]): Promise<void>;
  /** Forgets what ended, or was taken and never confirmed, long ago. */
  forgetOld(): Promise<void>;
};

const rememberedForMs = 30 * 24 * 3_600_000;

const addSql = `INSERT INTO run (run, interface, lease, state, trigger, due_at, reads_all, records, taken_at)
  VALUES (:run, :interface, :lease, :state, :trigger, :dueAt, :readsAll, :records, :now)`;

export type NewRun = Pick<TakenRun, 'run' | 'interface' | 'lease' | 'state' | 'trigger' | 'dueAt' | 'full' | 'records'>;

/** Inside a transaction of the journal. */
export function addRun({ store }: ReportJournal, { records, full, ...run }: NewRun, now: number): void {
  const text = records === null ? null : JSON.stringify(records);
  store.run(addSql, { ...run, readsAll: Number(full), records: text, now });
}

export function takenRuns(journal: ReportJournal, clock: Clock): TakenRuns {
  return { ...reading(journal), ...taking(journal, clock), ...going(journal, clock) };
}

type Reading = 'find' | 'listConfirmed' | 'hasOpenSourceRun' | 'toldUpTo';
type Taking = 'take' | 'confirm' | 'takeConfirmed' | 'askCancel';

function reading({ store }: ReportJournal): Pick<TakenRuns, Reading> {
  return {
    find: (run) => asRun(store.get('SELECT * FROM run WHERE run = :run', { run })),
    listConfirmed: () =>
      store.all(`SELECT * FROM run WHERE state <> 'ended' AND state = 'confirmed' ORDER BY taken`).map(runOf),
    hasOpenSourceRun(name) {
      const sql = `SELECT 1 FROM run WHERE state <> 'ended' AND state = 'confirmed' AND interface = :name AND records IS NULL LIMIT 1`;
      return store.get(sql, { name }) !== undefined;
    },
    toldUpTo(run, chunk) {
      const mark = store.get('SELECT place FROM told WHERE run = :run AND chunk = :chunk', { run, chunk });
      return Number(mark?.place ?? 0);
    },
  };
}

function taking(journal: ReportJournal, clock: Clock): Pick<TakenRuns, Taking> {
  const { store } = journal;
  const now = () => clock.now();
  const get = (run: string) =>
    asRun(store.prepare('SELECT * FROM run WHERE run = :run').get({ run }) as Row | undefined);

  function takeNow(given: Pick<NewRun, 'run' | 'interface' | 'lease' | 'state' | 'full' | 'records'>): TakenRun {
    const there = get(given.run);
    if (there) refuseOld(there, given.lease);
    else addRun(journal, { ...given, trigger: 'hub', dueAt: null }, now());
    store.run('UPDATE run SET lease = :lease WHERE run = :run', { run: given.run, lease: given.lease });
    return get(given.run) as TakenRun;
  }

  function confirmNow(run: string, lease: number): TakenRun | undefined {
    const there = get(run);
    if (!there) return undefined;
    refuseOld(there, lease);
    // A lease that was never taken here was taken elsewhere.
    if (there.state === 'taken' && there.lease !== lease) throw leaseOld(there, lease);
    store.run(`UPDATE run SET state = 'confirmed' WHERE run = :run AND state = 'taken'`, { run });
    return get(run);
  }

  return {
    take: (given) => journal.record(() => takeNow({ ...given, state: 'taken' })),
    confirm: (run, lease) => journal.record(() => confirmNow(run, lease)),
    takeConfirmed: (given) =>
      journal.record(() => {
        const { lease } = get(given.run) ?? { lease: 0 };
        takeNow({ ...given, lease, state: 'confirmed', full: false });
        return confirmNow(given.run, lease) as TakenRun;
      }),
    askCancel: (run) =>
      journal.record(() => {
        store.run(`UPDATE run SET cancel_asked = 1 WHERE run = :run AND state = 'confirmed'`, { run });
        const forget = `UPDATE run SET state = 'ended', ended_at = :now WHERE run = :run AND state = 'taken'`;
        store.run(forget, { run, now: now() });
        return get(run);
      }),
  };
}

function refuseOld(there: TakenRun, lease: number): void {
  if (lease < there.lease) throw leaseOld(there, lease);
}

function leaseOld({ run, lease: known }: TakenRun, lease: number): SluiceError {
  return new SluiceError('RUN_LEASE_OLD', { run, lease, known });
}

function going(journal: ReportJournal, clock: Clock): Omit<TakenRuns, Reading | Taking> {
  const { store } = journal;
  return {
    began: (run, deployed) => journal.record((add) => beginNow(journal, { run, deployed, now: clock.now(), add })),
    interrupted: (body) => journal.record((add) => add({ kind: 'runInterrupted', at: clock.now(), body })),
    ended: (body) =>
      journal.record((add) => {
        const sql = `UPDATE run SET state = 'ended', ended_at = :at, ended = :body, connection = NULL
          WHERE run = :run AND state <> 'ended'`;
        const { changes } = store.run(sql, { run: body.run, at: body.endedAt, body: JSON.stringify(body) });
        if (changes === 0) return;
        store.run('DELETE FROM told WHERE run = :run', { run: body.run });
        add({ kind: 'runEnded', at: body.endedAt, body });
      }),
    told: ({ run, chunk, place }, bodies) =>
      journal.record((add) => {
        const sql = `INSERT INTO told VALUES (:run, :chunk, :place) ON CONFLICT (run, chunk) DO UPDATE SET place = :place`;
        store.run(sql, { run, chunk, place });
        for (const body of bodies) add({ kind: 'rows', at: body.settledAt, body });
      }),
    forgetOld: () =>
      journal.record(() => {
        const sql = `DELETE FROM run WHERE state <> 'confirmed' AND COALESCE(ended_at, taken_at) < :before`;
        store.run(sql, { before: clock.now() - rememberedForMs });
        store.run(`UPDATE run SET connection = NULL WHERE state = 'ended' AND connection IS NOT NULL`);
      }),
  };
}

type Beginning = { run: TakenRun; deployed: DeployedInterface; now: number; add: AddReport };

function beginNow({ store }: ReportJournal, { run: taken, deployed, now, add }: Beginning): void {
  const { run, trigger, dueAt } = taken;
  const { definition, version } = deployed;
  const sql = `UPDATE run SET began_at = :now, version = :version, connection = :connection WHERE run = :run AND began_at IS NULL`;
  const connection = JSON.stringify(deployed.connection ?? null);
  if (store.run(sql, { run, now, version, connection }).changes === 0) return;
  const direction = definition.type === 'outbound' ? 'outbound' : 'inbound';
  const body = { run, interface: definition.name, direction, version, trigger, dueAt, startedAt: now } as const;
  add({ kind: 'runStarted', at: now, body });
}

const asRun = (row: Row | undefined) => (row ? runOf(row) : undefined);

function runOf(row: Row): TakenRun {
  const json = (name: string) => (row[name] === null ? null : JSON.parse(String(row[name])));
  const time = (name: string) => (row[name] === null ? null : Number(row[name]));
  return {
    run: String(row.run),
    interface: String(row.interface),
    lease: Number(row.lease),
    state: String(row.state) as RunState,
    trigger: String(row.trigger) as TakenRun['trigger'],
    dueAt: time('due_at'),
    full: row.reads_all === 1,
    records: json('records'),
    cancelAsked: row.cancel_asked === 1,
    beganAt: time('began_at'),
    connection: json('connection'),
    ended: json('ended'),
  };
}
