/** The interfaces of an agent, ticked to be processed, and how far their runs are. */
import { useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { CheckBox } from '../../ui/fields.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import type { Column } from '../../ui/rows-table.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api } from '../api.ts';
import { RunState } from '../runs/run-progress.tsx';
import { stateOf } from '../runs/run-values.ts';
import { boardText as words } from '../text/runs.ts';
import { useAct } from '../use-act.ts';
import { useMay } from '../use-may.ts';
import type { Agent, BoardInterface } from './board-rows.ts';
import { GoingRuns } from './going-runs.tsx';

const { columns } = words;

export const nameColumn: Column<BoardInterface> = {
  label: columns.name,
  sort: 'name',
  cell: ({ id, name }) => <Link href={`/interfaces/${id}`}>{name}</Link>,
  text: ({ name }) => name,
};

export const statusColumn: Column<BoardInterface> = {
  label: columns.status,
  sort: 'status',
  cell: ({ status }) => <Badge tone={status === 'deployed' ? 'good' : 'plain'}>{words.statuses[status]}</Badge>,
  text: ({ status }) => words.statuses[status],
};

const operationOf = ({ operation }: BoardInterface) => words.operations[operation] ?? operation;

const interfaceColumns: readonly Column<BoardInterface>[] = [
  nameColumn,
  { label: columns.object, sort: 'object', cell: ({ object }) => object, text: ({ object }) => object },
  { label: columns.operation, sort: 'operation', cell: operationOf, text: operationOf },
  {
    label: columns.direction,
    cell: ({ direction }) => words.directions[direction],
    text: ({ direction }) => words.directions[direction],
  },
  statusColumn,
  {
    label: columns.lastRun,
    cell: (row) => <LastRun row={row} />,
    text: ({ lastRun }) => (lastRun ? stateOf(lastRun) : ''),
  },
];

function LastRun({ row: { lastRun } }: { row: BoardInterface }) {
  if (lastRun === null) return words.neverRan;
  return (
    <span className="buttons">
      <RunState run={lastRun} />
      <Link href={`/runs/${lastRun.id}`}>
        <Moment at={lastRun.askedAt} />
      </Link>
    </span>
  );
}

/** For what others change; after an act of this page, and when a run ends, it is read at once. */
const everyMs = 5_000;

/** Interfaces that read what changed, on all pages of the list that were looked at: what was ticked on one stays ticked on the next. */
function useReadsChanges() {
  const [names, setNames] = useState<ReadonlySet<string>>(new Set());
  const noteThose = <Answer extends { rows: readonly BoardInterface[] }>(answer: Answer): Answer => {
    const found = answer.rows.filter((row) => row.readsChanges).map(({ name }) => name);
    setNames((before) => (found.every((name) => before.has(name)) ? before : new Set([...before, ...found])));
    return answer;
  };
  return { names, noteThose };
}

export function InterfaceTab({ agent: { id: agent } }: { agent: Agent }) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [isFull, setFull] = useState(false);
  const { names: readsChanges, noteThose } = useReadsChanges();
  const mayBeFull = [...ticked].some((name) => readsChanges.has(name));
  const [started, setStarted] = useState<readonly number[]>([]);
  const mayStart = useMay('operator');
  const tell = useTell();
  const start = useAct({
    act: (interfaces: string[]) =>
      api.call('POST', '/runs', { body: { interfaces, ...(mayBeFull && isFull ? { full: true } : {}) } }),
    done: ({ runs }) => {
      setStarted(runs.map(({ id }) => id));
      setTicked(new Set());
      setFull(false);
    },
    tells: ({ runs }) => words.started(runs.length),
  });
  const process = () => (ticked.size === 0 ? tell(words.tickFirst, 'warn') : start.mutate([...ticked]));
  const buttons = (
    <>
      {mayBeFull ? <CheckBox name="full" label={words.full} value={isFull} onChange={setFull} /> : null}
      <Button look="primary" isDisabled={start.isPending} onPress={process}>
        {words.manualProcess}
      </Button>
    </>
  );
  return (
    <>
      <Problems errors={errorsOf(start.error)} />
      <DataTable<BoardInterface>
        label={words.tabs.interface}
        queryKey={['/control-board/interfaces', agent]}
        read={async (query, signal) =>
          noteThose(await api.call('GET', '/control-board/interfaces', { query: { ...query, agent }, signal }))
        }
        columns={interfaceColumns}
        rowKey={({ name }) => name}
        everyMs={everyMs}
        {...(mayStart ? { buttons, ticks: { ticked, onChange: setTicked, nameOf: ({ name }) => name } } : {})}
        empty={<EmptyState title={words.noInterfaces}>{words.noInterfacesNext}</EmptyState>}
      />
      <GoingRuns agent={agent} started={started} />
    </>
  );
}
