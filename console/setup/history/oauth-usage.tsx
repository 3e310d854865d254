/** Connected Apps OAuth Usage: which apps hold tokens of whom, and whether each may sign in. */
import { Link } from 'wouter';
import type { SetupOperation } from '../../../src/org/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState, Page } from '../../ui/page.tsx';
import { api } from '../api.ts';
import { text } from '../text.ts';
import { AppButtons } from './app-buttons.tsx';

const words = text.history.usage;

type UsageRow = AnswerOf<SetupOperation, 'GET', '/oauth-usage'>['rows'][number];

const stateOf = ({ blocked, installed }: UsageRow) =>
  blocked ? text.states.blocked : installed ? words.inUse : words.notInstalled;

const columns: readonly Column<UsageRow>[] = [
  {
    label: words.columns.app,
    sort: 'app',
    cell: ({ appId, app }) => <Link href={`/oauth-usage/${appId}`}>{app}</Link>,
    text: ({ app }) => app,
  },
  {
    label: words.columns.kind,
    sort: 'kind',
    cell: ({ kind }) => text.kinds[kind],
    text: ({ kind }) => text.kinds[kind],
  },
  { label: words.columns.users, sort: 'users', cell: ({ users }) => users, text: ({ users }) => String(users) },
  { label: words.columns.tokens, sort: 'tokens', cell: ({ tokens }) => tokens, text: ({ tokens }) => String(tokens) },
  {
    label: words.columns.lastUsedAt,
    sort: 'lastUsedAt',
    cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} />,
    text: ({ lastUsedAt }) => (lastUsedAt === null ? '' : new Date(lastUsedAt).toISOString()),
  },
  {
    label: words.columns.state,
    sort: 'blocked',
    cell: (row) => <Badge tone={row.blocked ? 'alarm' : row.installed ? 'plain' : 'warn'}>{stateOf(row)}</Badge>,
    text: stateOf,
  },
];

export function OAuthUsage() {
  return (
    <Page title={text.history.oauthUsage} product={text.product}>
      <DataTable
        label={text.history.oauthUsage}
        queryKey={['/oauth-usage']}
        read={(query, signal) => api.call('GET', '/oauth-usage', { query, signal })}
        rowKey={({ appId }) => appId}
        columns={columns}
        actions={(row) => <AppButtons {...row} id={row.appId} name={row.app} />}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}
