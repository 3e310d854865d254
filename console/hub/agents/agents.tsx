/** Agents: those that have dialled in, and those that connections lead to, with what they were told to do. */
import { Link } from 'wouter';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, Card, EmptyState, Page } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { Secret } from '../../ui/secret.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { SimpleTable } from '../../ui/simple-table.tsx';
import { type Agent, type AgentOnBoard, api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { useMay } from '../use-may.ts';

const words = text.agents;

type State = Pick<Agent, 'active' | 'connected'>;

function stateOf({ active, connected }: State): string {
  if (!active) return words.revoked;
  return connected ? words.connected : words.away;
}

export function AgentState(agent: State) {
  return <Badge tone={agent.active && agent.connected ? 'good' : 'warn'}>{stateOf(agent)}</Badge>;
}

const columns: readonly Column<Agent>[] = [
  {
    label: words.columns.name,
    sort: 'name',
    cell: ({ id, name }) => <Link href={`/agents/${id}`}>{name}</Link>,
    text: ({ name }) => name,
  },
  { label: words.columns.connected, cell: (agent) => <AgentState {...agent} />, text: stateOf },
  {
    label: words.columns.version,
    cell: ({ agentVersion }) => agentVersion,
    text: ({ agentVersion }) => agentVersion,
  },
  {
    label: words.columns.lastSeen,
    cell: ({ lastSeenAt }) => <Moment at={lastSeenAt} />,
    text: ({ lastSeenAt }) => (lastSeenAt === null ? '' : new Date(lastSeenAt).toISOString()),
  },
];

export function Agents() {
  return (
    <Page title={text.pages.agents} product={text.product} actions={useMay('administrator') ? <NewCode /> : null}>
      <p className="soft">{words.lead}</p>
      <DataTable
        label={words.dialled}
        queryKey={['/agents']}
        read={(query, signal) => api.call('GET', '/agents', { query, signal })}
        columns={columns}
        rowKey={({ id }) => String(id)}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
      <Card title={words.board}>
        <Board />
      </Card>
    </Page>
  );
}

function NewCode() {
  const make = useAct({ act: () => api.call('POST', '/agents/registration-codes') });
  const { data: made } = make;
  return (
    <>
      <Problems errors={errorsOf(make.error)} />
      <Button look="primary" isDisabled={make.isPending} onPress={() => make.mutate()}>
        {words.newCode}
      </Button>
      {made === undefined ? null : (
        <ShownOnce
          title={words.newCode}
          values={[{ label: words.code, value: made.code }]}
          onClose={() => make.reset()}
        >
          <p>{words.codeText(new Date(made.endsAt).toLocaleTimeString())}</p>
          <Secret label={words.codeLineLabel} value={words.codeLine(location.origin)} />
          <p className="soft">{words.codeNext}</p>
        </ShownOnce>
      )}
    </>
  );
}

/** Whether an agent comes and goes is seen without a reload. */
const everyMs = 5_000;

function Board() {
  const agents = useAnswer('/control-board/agents', { query: { pageSize: 200 }, everyMs });
  const { name, kind, connected, version, deployment, lastSeen, connections } = words.columns;
  return (
    <Loaded of={agents}>
      {({ rows }) =>
        rows.length === 0 ? (
          <EmptyState title={words.boardEmpty}>{words.boardEmptyNext}</EmptyState>
        ) : (
          <SimpleTable
            label={words.board}
            columns={[name, kind, connected, version, deployment, lastSeen, connections]}
            rows={rows.map(onBoard)}
          />
        )
      }
    </Loaded>
  );
}

function onBoard(agent: AgentOnBoard) {
  return [
    agent.name ?? agent.url ?? words.unnamed(agent.id),
    words.kinds[agent.kind],
    <AgentState key="state" active connected={agent.connected} />,
    agent.version,
    <Deployment key="deployment" of={agent.deployment} />,
    <Moment key="seen" at={agent.lastSeenAt} />,
    agent.connections.join(', '),
  ];
}

function Deployment({ of }: { of: AgentOnBoard['deployment'] }) {
  if (of === null) return words.noDeployment;
  return (
    <>
      {words.deployment(of.has, of.number)}
      {of.error === null ? null : <p className="wrong">{of.error}</p>}
    </>
  );
}
