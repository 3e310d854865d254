/** Integrations: what belongs together, in its order. */
import { Link } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState, Page } from '../../ui/page.tsx';
import { api, type Integration } from '../api.ts';
import { text } from '../text.ts';
import { useMay } from '../use-may.ts';

const words = text.integrations;
const { fields } = words;
const tones = { active: 'good', inactive: 'warn', stopped: 'alarm' } as const;

export function IntegrationState({ state }: Pick<Integration, 'state'>) {
  return <Badge tone={tones[state]}>{words.states[state]}</Badge>;
}

const columns: readonly Column<Integration>[] = [
  {
    label: fields.name,
    sort: 'name',
    cell: ({ id, name }) => <Link href={`/integrations/${id}`}>{name}</Link>,
    text: ({ name }) => name,
  },
  {
    label: fields.description,
    cell: ({ description }) => description,
    text: ({ description }) => description ?? '',
  },
  {
    label: fields.sequence,
    sort: 'sequence',
    cell: ({ sequence }) => sequence,
    text: ({ sequence }) => String(sequence),
  },
  {
    label: fields.state,
    sort: 'state',
    cell: (one) => <IntegrationState {...one} />,
    text: ({ state }) => words.states[state],
  },
  {
    label: fields.interfaces,
    cell: ({ interfaces }) => interfaces,
    text: ({ interfaces }) => String(interfaces),
  },
  {
    label: text.changed,
    sort: 'changedAt',
    cell: ({ changedAt }) => <Moment at={changedAt} />,
    text: ({ changedAt }) => new Date(changedAt).toISOString(),
  },
];

export function Integrations() {
  const add = useMay('administrator') ? (
    <LinkButton to="/integrations/new" look="primary">
      {text.new}
    </LinkButton>
  ) : null;
  return (
    <Page title={text.pages.integrations} product={text.product} actions={add}>
      <p className="soft">{words.lead}</p>
      <DataTable
        label={text.pages.integrations}
        queryKey={['/integrations']}
        read={(query, signal) => api.call('GET', '/integrations', { query, signal })}
        columns={columns}
        rowKey={({ id }) => String(id)}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}
