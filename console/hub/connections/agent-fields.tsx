/** The agent of a connection: one that is known, or the address at which it is reached. */
import { SelectField, TextField } from '../../ui/fields.tsx';
import { useAnswer } from '../api.ts';
import { text } from '../text.ts';
import type { FieldsProps } from './connection-form.tsx';

const words = text.connections;
const { fields, help } = words;
const most = { query: { pageSize: 200 } };

export function AgentFields(props: FieldsProps) {
  const { values, change } = props;
  return (
    <>
      <SelectField
        name="agent.agentId"
        label={fields.agentId}
        help={help.agentId}
        value={values.agentId}
        choices={[{ value: '', label: words.byHostUrl }, ...useKnownAgents(values.agentId)]}
        onChange={(agentId) => change({ agentId })}
      />
      {values.agentId === '' ? <EndpointFields {...props} /> : null}
    </>
  );
}

/** Those that have dialled in, and those that other connections have reached. */
function useKnownAgents(chosen: string) {
  const dialled = useAnswer('/agents', most).data?.rows ?? [];
  const connections = useAnswer('/connections', most).data?.rows ?? [];
  const known = new Map<string, string>();
  for (const { agentId, name, active, connected } of dialled)
    if (active) known.set(agentId, connected ? name : words.away(name));
  for (const { agent } of connections)
    if (agent.agentId !== null && agent.kind === 'endpoint')
      known.set(agent.agentId, `${agent.name ?? agent.agentId} (${agent.hostUrl}:${agent.portForward})`);
  if (chosen !== '' && !known.has(chosen)) known.set(chosen, chosen);
  return [...known].map(([value, label]) => ({ value, label }));
}

/** A certificate belongs to its address. */
function EndpointFields({ values, change, secrets, changeSecrets, kept }: FieldsProps) {
  return (
    <>
      <TextField
        name="agent.hostUrl"
        label={fields.hostUrl}
        help={help.hostUrl}
        isRequired
        value={values.hostUrl}
        onChange={(hostUrl) => change({ hostUrl, fingerprint: '' })}
      />
      <TextField
        name="agent.portForward"
        label={fields.portForward}
        value={values.portForward}
        onChange={(portForward) => change({ portForward, fingerprint: '' })}
      />
      <TextField
        name="agent.username"
        label={fields.username}
        isRequired
        value={values.username}
        onChange={(username) => change({ username })}
      />
      <TextField
        name="agent.password"
        label={fields.password}
        help={kept.agent ? help.kept : help.agentPassword}
        isRequired={!kept.agent}
        type="password"
        autoComplete="new-password"
        value={secrets.agentPassword}
        onChange={(agentPassword) => changeSecrets({ agentPassword })}
      />
      <TextField
        name="agent.fingerprint"
        label={fields.fingerprint}
        help={help.fingerprint}
        value={values.fingerprint}
        onChange={(fingerprint) => change({ fingerprint })}
      />
    </>
  );
}
