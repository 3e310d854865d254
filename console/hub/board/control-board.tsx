/** Agent Control Board: one agent, its interfaces to be processed, its schedule, and its log. */
import { useSearchParams } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { SelectField } from '../../ui/fields.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, Card, Details, EmptyState, Page } from '../../ui/page.tsx';
import { Note } from '../../ui/problems.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useAnswer } from '../api.ts';
import { boardText as words } from '../text/runs.ts';
import { text } from '../text.ts';
import { useMay } from '../use-may.ts';
import { AgentLog } from './agent-log.tsx';
import type { Agent } from './board-rows.ts';
import { InterfaceTab } from './interface-tab.tsx';
import { SchedulerTab } from './scheduler-tab.tsx';

/** How often it is looked whether agents are connected. */
const everyMs = 5_000;

export function ControlBoard() {
  const agents = useAnswer('/control-board/agents', { query: { pageSize: 200 }, everyMs });
  return (
    <Page title={words.title} product={text.product}>
      <Loaded of={agents}>{({ rows }) => <Chosen agents={rows} />}</Loaded>
    </Page>
  );
}

function Chosen({ agents }: { agents: readonly Agent[] }) {
  const [params, setParams] = useSearchParams();
  const asked = params.get('agent');
  const agent = agents.find(({ id }) => String(id) === asked) ?? agents[0];
  if (agent === undefined) return <NoAgents />;
  return (
    <>
      <SelectField
        name="agent"
        label={words.agent}
        value={String(agent.id)}
        choices={agents.map(({ id, name, url }) => ({ value: String(id), label: name ?? url ?? '' }))}
        onChange={(id) => setParams({ agent: id })}
      />
      <AgentCard agent={agent} />
      <Tabs
        key={agent.id}
        label={words.tabs.label}
        kept={['agent']}
        tabs={[
          { id: 'interface', label: words.tabs.interface, content: <InterfaceTab agent={agent} /> },
          { id: 'scheduler', label: words.tabs.scheduler, content: <SchedulerTab agent={agent} /> },
          { id: 'log', label: words.tabs.log, content: <AgentLog agent={agent} /> },
        ]}
      />
    </>
  );
}

function NoAgents() {
  const mayAdd = useMay('administrator');
  const add = mayAdd ? <LinkButton to="/connections/new">{words.newConnection}</LinkButton> : null;
  return (
    <div className="card">
      <EmptyState title={words.noAgents} action={add}>
        {words.noAgentsNext}
      </EmptyState>
    </div>
  );
}

function AgentCard({ agent }: { agent: Agent }) {
  const { connected, deployment } = agent;
  const state = connected ? words.connected : words.notConnected;
  return (
    <Card title={agent.name ?? agent.url ?? ''} actions={<Badge tone={connected ? 'good' : 'alarm'}>{state}</Badge>}>
      <Details
        of={[
          { label: words.version, value: agent.version },
          { label: words.lastSeen, value: <Moment at={agent.lastSeenAt} /> },
          { label: words.connections, value: agent.connections.join(', ') },
          { label: words.deployment, value: deploymentOf(agent) },
        ]}
      />
      {deployment?.error ? <Note tone="warn">{deployment.error}</Note> : null}
    </Card>
  );
}

function deploymentOf({ deployment }: Agent): string {
  if (deployment === null) return words.noDeployment;
  const { number, has } = deployment;
  return has >= number ? words.deployed(number) : words.deploying(number, has);
}
