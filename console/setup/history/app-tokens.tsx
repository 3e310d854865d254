/** The tokens of an app, each with Revoke. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SetupOperation } from '../../../src/org/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { EmptyState, Page } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { type App, api, useAnswer } from '../api.ts';
import { addressesOf } from '../apps/app-address.ts';
import { text } from '../text.ts';
import { AppButtons } from './app-buttons.tsx';

const words = text.history.usage;
const of = words.tokenColumns;

type Token = AnswerOf<SetupOperation, 'GET', '/apps/:id/tokens'>['rows'][number];

const columns: readonly Column<Token>[] = [
  { label: of.username, sort: 'username', cell: ({ username }) => username, text: ({ username }) => username },
  {
    label: of.createdAt,
    sort: 'createdAt',
    cell: ({ createdAt }) => <Moment at={createdAt} />,
    text: ({ createdAt }) => new Date(createdAt).toISOString(),
  },
  {
    label: of.lastUsedAt,
    sort: 'lastUsedAt',
    cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} />,
    text: ({ lastUsedAt }) => new Date(lastUsedAt).toISOString(),
  },
  { label: of.useCount, sort: 'useCount', cell: ({ useCount }) => useCount, text: ({ useCount }) => String(useCount) },
];

export function AppTokens({ id }: { id: string }) {
  const app = useAnswer('/apps/:id', { params: { id } });
  return <Loaded of={app}>{(found) => <Tokens app={found} />}</Loaded>;
}

function Tokens({ app }: { app: App }) {
  const { id, name } = app;
  const queries = useQueryClient();
  const tell = useTell();
  const revoke = useMutation({
    mutationFn: (tokenId: string | undefined) => revokeTokens(id, tokenId),
    onSuccess: async ({ revokedTokens }) => {
      tell(words.revoked(revokedTokens));
      await queries.invalidateQueries();
    },
  });
  const actions = (
    <>
      <Button look="danger" isDisabled={revoke.isPending} onPress={() => revoke.mutate(undefined)}>
        {words.revokeAll}
      </Button>
      <AppButtons {...app} />
      <LinkButton to={addressesOf(app).view}>{words.openApp}</LinkButton>
    </>
  );
  return (
    <Page title={words.tokensOf(name)} kind={text.history.oauthUsage} product={text.product} actions={actions}>
      <Problems errors={errorsOf(revoke.error)} />
      <DataTable
        label={words.tokensOf(name)}
        queryKey={['/apps/:id/tokens', id]}
        read={(query, signal) => api.call('GET', '/apps/:id/tokens', { params: { id }, query, signal })}
        rowKey={(token) => token.id}
        columns={columns}
        actions={(token) => (
          <Button
            label={words.revokeOf(token.username)}
            isDisabled={revoke.isPending}
            onPress={() => revoke.mutate(token.id)}
          >
            {words.revoke}
          </Button>
        )}
        empty={<EmptyState title={words.noTokens}>{words.noTokensNext}</EmptyState>}
      />
    </Page>
  );
}

async function revokeTokens(id: string, tokenId: string | undefined) {
  return tokenId === undefined
    ? await api.call('DELETE', '/apps/:id/tokens', { params: { id } })
    : await api.call('DELETE', '/apps/:id/tokens/:tokenId', { params: { id, tokenId } });
}
