/** Message Monitor: a row per message, found by what is known of it, and what can be done with them. */
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { EmptyState, Page } from '../../ui/page.tsx';
import { RowsTable } from '../../ui/rows-table.tsx';
import { text as ui } from '../../ui/text.ts';
import { useAnswer } from '../api.ts';
import { messageText as words } from '../text/messages.ts';
import { text } from '../text.ts';
import { useMay } from '../use-may.ts';
import { ActButtons } from './act-buttons.tsx';
import { ExportMessages } from './export-messages.tsx';
import { FilterBar } from './filter-bar.tsx';
import { messageColumns } from './message-columns.tsx';
import { asQuery, type UsedFilter, useMessageFilter } from './message-filter.ts';
import type { ListedMessage } from './message-values.ts';
import { StatusCounts } from './status-counts.tsx';

const pageSize = 50;
const everyMs = 5_000;

export function MessageMonitor() {
  const used = useMessageFilter();
  return (
    <Page title={words.title} product={text.product}>
      <StatusCounts used={used} />
      <section className="card" aria-label={words.title}>
        <FilterBar used={used} />
        <Found key={JSON.stringify(used.filter)} used={used} />
      </section>
    </Page>
  );
}

/** Of one filter; another one is begun with, and nothing ticked. */
function Found({ used }: { used: UsedFilter }) {
  const { filter, cursor } = used;
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const mayAct = useMay('operator');
  const query = { ...asQuery(filter), pageSize, ...(cursor === '' ? {} : { cursor }) };
  const found = useAnswer('/messages', { query, everyMs });
  return (
    <>
      <div className="tablehead">
        {mayAct ? <ActButtons used={used} ticked={ticked} setTicked={setTicked} /> : <span />}
        <ExportMessages filter={filter} />
      </div>
      <Loaded of={found}>
        {({ rows, next, stoppedEarly }) => (
          <>
            {rows.length === 0 ? (
              <Nothing used={used} isLast={next === null} />
            ) : (
              <RowsTable<ListedMessage>
                label={words.title}
                columns={messageColumns}
                rows={rows}
                rowKey={({ id }) => String(id)}
                {...(mayAct ? { ticks: { ticked, onChange: setTicked, nameOf } } : {})}
              />
            )}
            {stoppedEarly ? <p className="stopped soft">{words.stoppedEarly}</p> : null}
            <Foot used={used} shown={rows.length} next={next} />
          </>
        )}
      </Loaded>
    </>
  );
}

const nameOf = ({ id, key }: ListedMessage) => key ?? words.number(id);

function Nothing({ used: { isEmpty, cursor, clear }, isLast }: { used: UsedFilter; isLast: boolean }) {
  if (!isLast) return <EmptyState title={words.nothingHere}>{words.stoppedEarly}</EmptyState>;
  if (isEmpty && cursor === '') return <EmptyState title={words.empty}>{words.emptyNext}</EmptyState>;
  return (
    <EmptyState title={words.nothing} action={<Button onPress={clear}>{words.filters.clear}</Button>}>
      {words.nothingNext}
    </EmptyState>
  );
}

type FootProps = { used: UsedFilter; shown: number; next: string | null };

function Foot({ used: { cursor, change }, shown, next }: FootProps) {
  const [before, setBefore] = useState<readonly string[]>([]);
  const forth = () => {
    setBefore([...before, cursor]);
    change({ cursor: next ?? '' });
  };
  const back = () => {
    setBefore(before.slice(0, -1));
    change({ cursor: before.at(-1) ?? '' });
  };
  const toFirst = () => {
    setBefore([]);
    change({ cursor: '' });
  };
  return (
    <div className="tablefoot">
      <span role="status">{words.shown(shown)}</span>
      <div className="buttons">
        <Button isDisabled={cursor === ''} onPress={toFirst}>
          {words.first}
        </Button>
        <Button isDisabled={cursor === '' || before.length === 0} onPress={back}>
          {ui.table.previous}
        </Button>
        <Button isDisabled={next === null} onPress={forth}>
          {ui.table.next}
        </Button>
      </div>
    </div>
  );
}
