/** For tests: an agent that carries what messages become, says of each record what it is told to say, and keeps the order. */
import { parseCsv } from '../../base/index.ts';
import { type AgentInput, maxRowsInReport, type ReportedRow } from '../../protocol/index.ts';
import { openScriptedAgent } from '../runs/scripted-agent-in-test.ts';
import type { openIntegrateInTest } from './integrate-in-test.ts';

type Row = Record<string, string>;

/** What becomes of a record that is sent; undefined: it succeeds. */
type Judge = (row: Row, sent: number) => Partial<ReportedRow> | undefined;

/** An agent that carries what it is given at once, and writes down in which order. */
export async function openCarrier(
  stage: Awaited<ReturnType<typeof openIntegrateInTest>>,
  judge: Judge = () => undefined,
) {
  const parts = new Map<string, string[]>();
  const wanted = new Map<string, { interface: string; mode: string | undefined }>();
  const sent: (Row & { interface: string; run: string })[] = [];
  let carrying: Promise<unknown> = Promise.resolve();
  const agent = await openScriptedAgent(stage, 'Carrier', {
    putRecords({ run, part, csv }: AgentInput<'putRecords'>) {
      const had = parts.get(run) ?? [];
      had[part] = csv;
      parts.set(run, had);
      return { parts: had.length };
    },
    startRun({ run, interface: name, records }: AgentInput<'startRun'>) {
      wanted.set(run, { interface: name, mode: records?.mode });
      return { state: 'taken' };
    },
    confirmRun({ run }: AgentInput<'confirmRun'>) {
      carrying = carrying.then(() => carry(run));
      return { state: 'confirmed' };
    },
  });
  async function carry(run: string): Promise<void> {
    const { interface: name = '' } = wanted.get(run) ?? {};
    const [header = [], ...cells] = (
      await Array.fromAsync(parseCsv([Buffer.from((parts.get(run) ?? []).join(''))]))
    ).flat();
    const rows = cells.map((row) => Object.fromEntries(header.map((column, place) => [column, row[place] ?? ''])));
    const settled = rows.map((row) => {
      sent.push({ ...row, interface: name, run });
      return outcomeOf(row, judge({ ...row, run }, sent.length));
    });
    await agent.report({ kind: 'runStarted', at: 1, body: started(run, name) });
    for (let first = 0; first < settled.length; first += maxRowsInReport) {
      const some = settled.slice(first, first + maxRowsInReport);
      await agent.report({ kind: 'rows', at: 1, body: { run, chunk: 0, first, sentAt: 1, settledAt: 2, rows: some } });
    }
    await agent.report({ kind: 'runEnded', at: 1, body: endedWith(run, settled) });
  }
  return { ...agent, sent, wanted };
}

export const keyOf = (row: Row) => row.number ?? `${row['parent.number']}-${row.line}`;

function outcomeOf(row: Row, more: Partial<ReportedRow> | undefined): ReportedRow {
  const good = {
    outcome: 'succeeded',
    created: true,
    salesforceId: 'a01',
    rejectedBy: null,
    code: null,
    reason: null,
    cells: null,
  } as const;
  return { key: keyOf(row), ...good, ...more };
}

export const refused = (code: string) =>
  ({
    outcome: 'rejected',
    created: null,
    salesforceId: null,
    rejectedBy: 'salesforce',
    code,
    reason: 'no',
    cells: {},
  }) as const;

const started = (run: string, name: string) => {
  const fixed = { direction: 'inbound', version: 1, trigger: 'hub', dueAt: null, startedAt: 1 };
  return { run, interface: name, ...fixed };
};

function endedWith(run: string, rows: readonly ReportedRow[]) {
  const count = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
  const counts = { read: rows.length, sent: rows.length, succeeded: count('succeeded'), created: 0, updated: 0 };
  const status = count('rejected') > 0 ? 'completed with rejects' : 'completed';
  return {
    ...{
      run,
      status,
      endedAt: 2,
      loaded: null,
      mode: 'collections',
      modeReason: null,
      error: null,
      nothingProcessed: false,
    },
    rows: { ...counts, rejected: count('rejected'), unknown: count('unknown') },
  };
}

/** The interfaces of the stage go to this agent from now on. */
export async function useAgent(
  stage: Awaited<ReturnType<typeof openIntegrateInTest>>,
  agent: { about: { id: string } },
) {
  const [found] = stage.sql('SELECT id FROM agent WHERE agent_id = :id', { id: agent.about.id });
  stage.sql('UPDATE connection SET agent_row = :id', { id: Number(found?.id) });
}

export const statuses = (stage: { sql: (text: string) => Record<string, unknown>[] }) =>
  stage.sql('SELECT status FROM message ORDER BY id').map(({ status }) => status);
export const allIn = (status: string) => (found: unknown[]) => found.every((one) => one === status);
