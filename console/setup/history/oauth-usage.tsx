/** Connected Apps OAuth Usage: which apps hold tokens of whom, Block and Unblock. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { SetupOperation } from '../../../src/org/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Question } from '../../ui/dialog.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState, Page } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api } from '../api.ts';
import { text } from '../text.ts';

const words = text.history.usage;

type UsageRow = AnswerOf<SetupOperation, 'GET', '/oauth-usage'>['rows'][number];

const stateOf = (blocked: boolean) => (blocked ? text.states.blocked : words.inUse);

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
    cell: ({ blocked }) => <Badge tone={blocked ? 'alarm' : 'plain'}>{stateOf(blocked)}</Badge>,
    text: ({ blocked }) => stateOf(blocked),
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
        actions={(row) => <BlockButton appId={row.appId} app={row.app} blocked={row.blocked} />}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}

type BlockProps = { appId: string; app: string; blocked: boolean };

export function BlockButton({ appId, app, blocked }: BlockProps) {
  const [isAsking, setAsking] = useState(false);
  const queries = useQueryClient();
  const tell = useTell();
  const act = useMutation({
    mutationFn: async () => {
      const given = { params: { id: appId } };
      if (blocked) await api.call('POST', '/apps/:id/unblock', given);
      else await api.call('POST', '/apps/:id/block', given);
    },
    onSuccess: async () => {
      setAsking(false);
      tell(blocked ? text.manageApp.unblocked(app) : words.blocked(app));
      await queries.invalidateQueries();
    },
  });
  if (blocked)
    return (
      <Button label={words.unblockOf(app)} isDisabled={act.isPending} onPress={() => act.mutate()}>
        {words.unblock}
      </Button>
    );
  return (
    <>
      <Button look="danger" label={words.blockOf(app)} onPress={() => setAsking(true)}>
        {words.block}
      </Button>
      <Question
        title={words.blockTitle(app)}
        isOpen={isAsking}
        yes={words.block}
        isBusy={act.isPending}
        onNo={() => setAsking(false)}
        onYes={() => act.mutate()}
      >
        <p>{words.blockText}</p>
        <Problems errors={errorsOf(act.error)} />
      </Question>
    </>
  );
}
