/** Home: what needs attention, what moved when, what API calls are left, what is set up, and how the last runs went. */
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { ApiCalls } from './api-calls.tsx';
import { Attention } from './attention.tsx';
import './home.css';
import { LastRuns } from './last-runs.tsx';
import { ThroughputCard } from './throughput.tsx';

const words = text.home;
const one = { query: { pageSize: 1 } };

/** What moves by itself is seen without a reload. */
const everyMs = 10_000;

export function Home() {
  return (
    <Page title={text.pages.home} product={text.product}>
      <p className="soft">{words.lead}</p>
      <Attention everyMs={everyMs} />
      <ThroughputCard everyMs={everyMs} />
      <div className="pair">
        <ApiCalls everyMs={everyMs} />
        <Messages />
      </div>
      <LastRuns everyMs={everyMs} />
      <SetUp />
    </Page>
  );
}

function SetUp() {
  const { pages } = text;
  return (
    <div className="tiles">
      <Tile of={useAnswer('/integrations', one)} title={pages.integrations} to="/integrations" name="integrations" />
      <Tile of={useAnswer('/remote-sites', one)} title={pages.remoteSites} to="/remote-sites" name="remoteSites" />
      <Tile of={useAnswer('/connections', one)} title={pages.connections} to="/connections" name="connections" />
      <Tile of={useAnswer('/control-board/agents', one)} title={pages.agents} to="/agents" name="agents" />
      <Tile of={useAnswer('/api-clients', one)} title={pages.apiClients} to="/api-clients" name="apiClients" />
      <Tile of={useAnswer('/people', one)} title={pages.people} to="/people" name="people" />
    </div>
  );
}

type TileProps = {
  of: UseQueryResult<{ total: number }>;
  title: string;
  to: string;
  name: keyof typeof words.tiles;
};

function Tile({ of, title, to, name }: TileProps) {
  return (
    <section className="card tile" aria-label={title}>
      <h2>
        <Link href={to}>{title}</Link>
      </h2>
      <p className="count">
        <Loaded of={of}>{({ total }) => total.toLocaleString()}</Loaded>
      </p>
      <p className="soft">{words.tiles[name]}</p>
    </section>
  );
}

function Messages() {
  const counts = useAnswer('/messages/counts', { everyMs });
  return (
    <Card title={words.messages}>
      <Loaded of={counts}>
        {(found) => (
          <Details
            of={words.statuses.map((status) => ({
              label: status,
              value: <Link href={`/messages?status=${status}`}>{shown(found[status])}</Link>,
            }))}
          />
        )}
      </Loaded>
    </Card>
  );
}

function shown({ count, more }: { count: number; more: boolean }): string {
  return more ? words.atLeast(count.toLocaleString()) : count.toLocaleString();
}
