/** An API client: what it may do, the lines to try it with, and the rotation of its secret. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Button, LinkButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { CheckBox, TextField } from '../../ui/fields.tsx';
import { Form } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, Card, Details, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { type ApiClient, api, useAnswer } from '../api.ts';
import { DeleteButton } from '../delete-button.tsx';
import { numberEntered } from '../number-entered.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { useMay } from '../use-may.ts';
import { interfacesOf } from './api-clients.tsx';
import { ClientSecret } from './client-secret.tsx';
import { sendLine, tokenLine } from './try-lines.ts';

const words = text.apiClients;
const { fields } = words;

export function ViewClient({ id }: { id: string }) {
  const client = useAnswer('/api-clients/:id', { params: { id } });
  return <Loaded of={client}>{(found) => <Shown client={found} />}</Loaded>;
}

function Shown({ client }: { client: ApiClient }) {
  const isAdministrator = useMay('administrator');
  return (
    <Page
      title={client.name}
      kind={text.pages.apiClients}
      product={text.product}
      actions={isAdministrator ? <Actions client={client} /> : null}
    >
      <Card title={words.detail}>
        <ClientDetails client={client} />
      </Card>
      {isAdministrator ? <Rotate client={client} /> : null}
      <Card title={words.tryIt}>
        <Line label={words.tokenLine} line={tokenLine(location.origin, client)} />
        <Line label={words.sendLine} line={sendLine(location.origin, client)} />
      </Card>
    </Page>
  );
}

function ClientDetails({ client }: { client: ApiClient }) {
  const { active, secondUntil } = client;
  const state = <Badge tone={active ? 'good' : 'warn'}>{active ? text.states.active : text.states.inactive}</Badge>;
  const moment = (label: string, at: number | null) => ({ label, value: <Moment at={at} /> });
  return (
    <Details
      of={[
        { label: fields.name, value: client.name },
        { label: fields.active, value: state },
        { label: fields.clientId, value: <span className="code">{client.clientId}</span> },
        { label: fields.scopes, value: client.scopes.join(', ') },
        { label: fields.interfaces, value: interfacesOf(client) },
        { label: fields.tokenMinutes, value: words.minutes(client.tokenMinutes) },
        moment(fields.secretMadeAt, client.secretMadeAt),
        ...(secondUntil === null ? [] : [moment(fields.secondUntil, secondUntil)]),
        moment(fields.lastUsedAt, client.lastUsedAt),
        moment(fields.createdAt, client.createdAt),
        { label: fields.createdBy, value: client.createdBy },
      ]}
    />
  );
}

function Line({ label, line }: { label: string; line: string }) {
  return (
    <div className="line">
      <div className="buttons">
        <strong>{label}</strong>
        <CopyButton what={label} value={line} />
      </div>
      <pre>{line}</pre>
    </div>
  );
}

function Actions({ client: { id, name } }: { client: ApiClient }) {
  const [, navigate] = useLocation();
  return (
    <DeleteButton
      name={name}
      message={words.deleteText}
      act={() => api.call('DELETE', '/api-clients/:id', { params: { id: String(id) } })}
      onDeleted={() => navigate('/api-clients')}
    >
      <LinkButton to={`/api-clients/${id}/edit`}>{text.edit}</LinkButton>
    </DeleteButton>
  );
}

function Rotate({ client: { id } }: { client: ApiClient }) {
  const [hours, setHours] = useState('24');
  const [revokeTokens, setRevokeTokens] = useState(false);
  const rotate = useAct({
    act: async () => {
      const wanted = words.numberWanted(words.keepOldForHours);
      const keepOldForHours = numberEntered(hours, 'keepOldForHours', wanted) ?? 0;
      const params = { id: String(id) };
      return await api.call('POST', '/api-clients/:id/secret', { params, body: { keepOldForHours, revokeTokens } });
    },
    tells: () => words.rotated,
  });
  const names = ['keepOldForHours', 'revokeTokens'];
  return (
    <Card title={words.rotate}>
      <Form label={words.rotate} fields={names} errors={errorsOf(rotate.error)} onSubmit={() => rotate.mutate()}>
        <TextField
          name="keepOldForHours"
          label={words.keepOldForHours}
          help={words.keepHelp}
          value={hours}
          onChange={setHours}
        />
        <CheckBox
          name="revokeTokens"
          label={words.revokeTokens}
          help={words.revokeHelp}
          value={revokeTokens}
          onChange={setRevokeTokens}
        />
        <div className="buttons">
          <Button type="submit" isDisabled={rotate.isPending}>
            {words.rotate}
          </Button>
        </div>
      </Form>
      {rotate.data === undefined ? null : <ClientSecret made={rotate.data} onClose={() => rotate.reset()} />}
    </Card>
  );
}
