/** Edit and Reprocess: other values in the place of a message that failed. */
import { Link, useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { TextField } from '../../ui/fields.tsx';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf, Note } from '../../ui/problems.tsx';
import { api, useAnswer } from '../api.ts';
import { messageText as words } from '../text/messages.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { commentOf, type Message } from './message-values.ts';

const { editing } = words;

export function EditMessage({ id }: { id: string }) {
  const message = useAnswer('/messages/:id', { params: { id } });
  return (
    <Loaded of={message} isAnew>
      {(found) => <Editing key={found.attempt} message={found} />}
    </Loaded>
  );
}

function Editing({ message }: { message: Message }) {
  const { id, payload, whyNoPayload } = message;
  return (
    <Page title={editing.title(id)} kind={words.kind} product={text.product}>
      <Note tone="warn" title={editing.why}>
        {commentOf(message)}
      </Note>
      {payload === null ? (
        <Note tone="alarm">
          {whyNoPayload} <Link href={`/messages/${id}`}>{editing.back}</Link>
        </Note>
      ) : (
        <Values message={message} payload={payload} />
      )}
    </Page>
  );
}

type Payload = NonNullable<Message['payload']>;

/** Each value in a field of its own; what is no text stands as JSON. */
const entered = (payload: Payload): Record<string, string> =>
  Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );

/** What nobody changed is sent as it was: an empty text leaves the field of the org alone, which no value would clear. */
function cellsOf(values: Record<string, string>, payload: Payload) {
  const before = entered(payload);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isLeft = value === before[name] && payload[name] !== null;
      return [name, isLeft || value !== '' ? value : null];
    }),
  );
}

function Values({ message: { id, attempt }, payload }: { message: Message; payload: Payload }) {
  const [, navigate] = useLocation();
  const draft = useDraft(`message ${id}`, entered(payload), String(attempt));
  const save = useAct({
    act: () =>
      api.call('POST', '/messages/:id/edit', {
        params: { id: String(id) },
        body: { payload: cellsOf(draft.values, payload), attempt },
      }),
    done: (copy) => {
      draft.discard();
      navigate(`/messages/${copy.id}`);
    },
    tells: () => editing.done,
  });
  const names = Object.keys(draft.values);
  return (
    <Form
      label={editing.title(id)}
      fields={names.map((name) => `payload.${name}`)}
      errors={errorsOf(save.error)}
      onSubmit={() => save.mutate()}
    >
      <DraftNote draft={draft} />
      <p className="soft">{editing.lead}</p>
      <Card title={editing.values}>
        {names.map((name) => (
          <TextField
            key={name}
            name={`payload.${name}`}
            label={name}
            value={draft.values[name] ?? ''}
            onChange={(value) => draft.change({ [name]: value })}
          />
        ))}
        <p className="help">{editing.emptyIsNull}</p>
      </Card>
      <FormFoot submit={editing.save} isBusy={save.isPending} onCancel={() => navigate(`/messages/${id}`)} />
    </Form>
  );
}
