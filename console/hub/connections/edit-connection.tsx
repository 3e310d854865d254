/** Edit a connection; its secrets stay where nothing is entered. */
import { useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { DraftNote } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { type Connection, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { ConnectionForm } from './connection-form.tsx';
import { valuesOf } from './connection-values.ts';

const words = text.connections;

export function EditConnection({ id }: { id: string }) {
  const connection = useAnswer('/connections/:id', { params: { id } });
  return (
    <Loaded of={connection} isAnew>
      {(found) => <EditForm key={found.version} connection={found} />}
    </Loaded>
  );
}

function EditForm({ connection }: { connection: Connection }) {
  const { id, name, version, agent, database, salesforce } = connection;
  const [, navigate] = useLocation();
  const draft = useDraft(`edit connection ${id}`, valuesOf(connection), String(version));
  const leave = () => {
    draft.discard();
    navigate(`/connections/${id}`);
  };
  return (
    <Page title={words.editTitle(name)} kind={words.heading} product={text.product}>
      <DraftNote draft={draft} />
      <ConnectionForm
        label={words.editTitle(name)}
        values={draft.values}
        change={draft.change}
        edited={connection}
        kept={{
          agent: agent.kind === 'endpoint',
          database: database.passwordKept,
          salesforce: salesforce.consumerSecretKept,
        }}
        onSaved={leave}
        onCancel={leave}
      />
    </Page>
  );
}
