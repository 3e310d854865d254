/** Interfaces: all of them, in the order in which they run. */
import { Link } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { type Column, DataTable, type Filter } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState, Page } from '../../ui/page.tsx';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { useMay } from '../use-may.ts';
import type { Kept } from './interface-values.ts';

const words = text.interfaces;
const { fields } = words;

type Row = Omit<Kept, 'nextRuns'>;

export const operationOf = ({ definition: { operation } }: Pick<Row, 'definition'>) =>
  words.operations[operation ?? 'query'];
export const typeOf = ({ definition: { type = 'inbound' } }: Pick<Row, 'definition'>) => words.types[type];

export function StatusBadge({ definition: { status = 'undeployed' } }: Pick<Row, 'definition'>) {
  return <Badge tone={status === 'deployed' ? 'good' : 'plain'}>{words.statuses[status]}</Badge>;
}

const plain = (name: 'integration' | 'object' | 'connection' | 'sequence'): Column<Row> => ({
  label: fields[name],
  sort: name,
  cell: ({ definition }) => definition[name],
  text: ({ definition }) => String(definition[name] ?? ''),
});

const columns: readonly Column<Row>[] = [
  plain('sequence'),
  {
    label: fields.name,
    sort: 'name',
    cell: ({ id, definition: { name } }) => <Link href={`/interfaces/${id}`}>{name}</Link>,
    text: ({ definition }) => definition.name,
  },
  plain('integration'),
  { label: fields.type, sort: 'type', cell: typeOf, text: typeOf },
  plain('object'),
  { label: fields.operation, sort: 'operation', cell: operationOf, text: operationOf },
  plain('connection'),
  {
    label: fields.status,
    sort: 'status',
    cell: (row) => <StatusBadge {...row} />,
    text: ({ definition: { status = 'undeployed' } }) => words.statuses[status],
  },
  {
    label: words.columns.changed,
    sort: 'changedAt',
    cell: ({ changedAt }) => <Moment at={changedAt} />,
    text: ({ changedAt }) => new Date(changedAt).toISOString(),
  },
];

function editLink({ id, definition: { name } }: Row) {
  return (
    <Link href={`/interfaces/${id}/edit`} aria-label={words.editTitle(name)}>
      {words.edit}
    </Link>
  );
}

function useFilters(): readonly Filter[] {
  const integrations = useAnswer('/integrations', { query: { pageSize: 200 } });
  const names = integrations.data?.rows.map(({ name }) => ({ value: name, label: name })) ?? [];
  return [
    { name: 'integration', label: fields.integration, choices: [{ value: '', label: words.anyIntegration }, ...names] },
  ];
}

export function Interfaces() {
  const filters = useFilters();
  const isAdministrator = useMay('administrator');
  const add = isAdministrator ? (
    <LinkButton to="/interfaces/new" look="primary">
      {words.new}
    </LinkButton>
  ) : null;
  return (
    <Page title={words.title} product={text.product} actions={add}>
      <DataTable
        label={words.title}
        queryKey={['/interfaces']}
        read={(query, signal) => api.call('GET', '/interfaces', { query, ...(signal ? { signal } : {}) })}
        columns={columns}
        rowKey={({ id }) => String(id)}
        filters={filters}
        {...(isAdministrator ? { actions: editLink } : {})}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}
