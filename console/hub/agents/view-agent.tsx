/** An agent that has dialled in: Rename, Ping, Revoke. */
import { useState } from 'react';
import { AskFirst } from '../../ui/ask-first.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Form } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { type Agent, api, useAnswer } from '../api.ts';
import { PingSteps } from '../connections/ping-steps.tsx';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { useMay } from '../use-may.ts';
import { AgentState } from './agents.tsx';

const words = text.agents;

export function ViewAgent({ id }: { id: string }) {
  const agent = useAnswer('/agents/:id', { params: { id } });
  return <Loaded of={agent}>{(found) => <Shown agent={found} />}</Loaded>;
}

function Shown({ agent }: { agent: Agent }) {
  const params = { id: String(agent.id) };
  const isAdministrator = useMay('administrator');
  const ping = useAct({ act: () => api.call('POST', '/agents/:id/ping', { params }) });
  const pingButton = (
    <Button isDisabled={ping.isPending} onPress={() => ping.mutate()}>
      {ping.isPending ? words.pinging : words.ping}
    </Button>
  );
  return (
    <Page
      title={agent.name}
      kind={text.pages.agents}
      product={text.product}
      actions={
        <>
          {useMay('operator') ? pingButton : null}
          {isAdministrator && agent.active ? <Revoke agent={agent} /> : null}
        </>
      }
    >
      <Problems errors={errorsOf(ping.error)} />
      {ping.data === undefined ? null : <PingSteps label={words.ping} report={ping.data} />}
      <Card title={words.detail}>
        <AgentDetails agent={agent} />
      </Card>
      {isAdministrator ? <Rename key={agent.version} agent={agent} /> : null}
    </Page>
  );
}

function AgentDetails({ agent }: { agent: Agent }) {
  return (
    <Details
      of={[
        { label: words.name, value: agent.name },
        { label: words.columns.connected, value: <AgentState {...agent} /> },
        { label: words.agentId, value: <span className="code">{agent.agentId}</span> },
        { label: words.columns.version, value: agent.agentVersion },
        { label: words.columns.deployment, value: agent.deployment === 0 ? words.noDeployment : agent.deployment },
        { label: words.registered, value: <Moment at={agent.registeredAt} /> },
        { label: words.columns.lastSeen, value: <Moment at={agent.lastSeenAt} /> },
      ]}
    />
  );
}

function Rename({ agent: { id, name, version } }: { agent: Agent }) {
  const [wished, setWished] = useState(name);
  const rename = useAct({
    act: () => api.call('PUT', '/agents/:id', { params: { id: String(id) }, body: { name: wished, version } }),
    tells: (renamed) => text.saved(renamed.name),
  });
  return (
    <Card title={words.rename}>
      <Form label={words.rename} fields={['name']} errors={errorsOf(rename.error)} onSubmit={() => rename.mutate()}>
        <TextField name="name" label={words.name} isRequired value={wished} onChange={setWished} />
        <div className="buttons">
          <Button type="submit" isDisabled={rename.isPending}>
            {words.rename}
          </Button>
        </div>
      </Form>
    </Card>
  );
}

function Revoke({ agent: { id, name } }: { agent: Agent }) {
  const revoke = useAct({
    act: () => api.call('POST', '/agents/:id/revoke', { params: { id: String(id) } }),
    tells: () => words.wasRevoked(name),
  });
  return (
    <>
      <Problems errors={errorsOf(revoke.error)} />
      <AskFirst
        label={words.revoke}
        title={words.revokeTitle(name)}
        message={words.revokeText}
        isBusy={revoke.isPending}
        onYes={() => revoke.mutate()}
      />
    </>
  );
}
