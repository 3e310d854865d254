/** Runs: what ran, runs, and waits to run. */
import { LinkButton } from '../../ui/button.tsx';
import type { Filter } from '../../ui/data-table.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState, Page } from '../../ui/page.tsx';
import { api } from '../api.ts';
import { choicesOf } from '../choices-of.ts';
import { boardText, runText as words } from '../text/runs.ts';
import { text } from '../text.ts';
import { runColumns } from './run-columns.tsx';

const any = (label: string) => ({ value: '', label });

export const runFilters: readonly Filter[] = [
  { name: 'state', label: words.filters.state, choices: [any(words.any.state), ...choicesOf(words.choices)] },
  { name: 'status', label: words.filters.status, choices: [any(words.any.status), ...choicesOf(words.statuses)] },
  { name: 'trigger', label: words.filters.trigger, choices: [any(words.any.trigger), ...choicesOf(words.triggers)] },
];

/** Runs move by themselves. */
const everyMs = 3_000;

export function Runs() {
  return (
    <Page title={words.title} product={text.product}>
      <DataTable
        label={words.title}
        queryKey={['/runs']}
        read={(query, signal) => api.call('GET', '/runs', { query, signal })}
        columns={runColumns}
        rowKey={({ id }) => String(id)}
        filters={runFilters}
        everyMs={everyMs}
        empty={
          <EmptyState title={words.none} action={<LinkButton to="/control-board">{boardText.title}</LinkButton>}>
            {words.noneNext}
          </EmptyState>
        }
      />
    </Page>
  );
}
