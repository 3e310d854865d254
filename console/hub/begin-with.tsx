/** What has to be there first is asked for first: a connection that fits, and an integration. */
import type { ReactNode } from 'react';
import { LinkButton } from '../ui/button.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { EmptyState } from '../ui/page.tsx';
import { useAnswer } from './api.ts';
import { useConnections } from './interfaces/offers.ts';
import { text } from './text.ts';

type Words = Record<'noConnection' | 'noConnectionNext' | 'noIntegration' | 'noIntegrationNext', string>;

type Connection = NonNullable<ReturnType<typeof useConnections>['data']>['rows'][number];
type Named = { id: number; name: string };

type BeginProps = {
  words: Words;
  fits?: (connection: Connection) => boolean;
  children: (found: { connections: readonly Connection[]; integrations: readonly Named[] }) => ReactNode;
};

export function BeginWith({ words, fits = () => true, children }: BeginProps) {
  const connections = useConnections();
  const integrations = useAnswer('/integrations', { query: { pageSize: 200 } });
  return (
    <Loaded of={connections}>
      {({ rows }) => {
        const fitting = rows.filter(fits);
        if (fitting.length === 0) return <NoConnection words={words} />;
        return (
          <Loaded of={integrations}>
            {(found) =>
              found.rows.length === 0 ? (
                <NoIntegration words={words} />
              ) : (
                children({ connections: fitting, integrations: found.rows })
              )
            }
          </Loaded>
        );
      }}
    </Loaded>
  );
}

type MissingProps = { title: string; next: string; to: string; add: string };

function Missing({ title, next, to, add }: MissingProps) {
  return (
    <div className="card">
      <EmptyState title={title} action={<LinkButton to={to}>{add}</LinkButton>}>
        {next}
      </EmptyState>
    </div>
  );
}

function NoConnection({ words }: { words: Words }) {
  const { noConnection, noConnectionNext } = words;
  return <Missing title={noConnection} next={noConnectionNext} to="/connections/new" add={text.begin.newConnection} />;
}

function NoIntegration({ words }: { words: Words }) {
  const { noIntegration, noIntegrationNext } = words;
  return (
    <Missing title={noIntegration} next={noIntegrationNext} to="/integrations/new" add={text.begin.newIntegration} />
  );
}
