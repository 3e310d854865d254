/** Says what became of a message of unknown outcome, as was seen in the org. */
import { useState } from 'react';
import { SelectField, TextArea, TextField } from '../../ui/fields.tsx';
import { Form, FormFoot } from '../../ui/form.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { api } from '../api.ts';
import { messageText as words } from '../text/messages.ts';
import { useAct } from '../use-act.ts';
import type { Message } from './message-values.ts';

const { resolving } = words;

const fields = ['isThere', 'salesforceId', 'comment'];

export function ResolveMessage({ message, onClose }: { message: Message; onClose: () => void }) {
  const [isThere, setThere] = useState<'there' | 'notThere'>('there');
  const [salesforceId, setSalesforceId] = useState('');
  const [comment, setComment] = useState('');
  const resolve = useAct({
    act: () =>
      api.call('POST', '/messages/:id/resolve', {
        params: { id: String(message.id) },
        body: {
          isThere: isThere === 'there',
          ...(isThere === 'there' && salesforceId !== '' ? { salesforceId: salesforceId.trim() } : {}),
          ...(comment === '' ? {} : { comment }),
        },
      }),
    done: onClose,
    tells: () => resolving.done,
  });
  return (
    <Form label={resolving.title} fields={fields} errors={errorsOf(resolve.error)} onSubmit={() => resolve.mutate()}>
      <p>{resolving.lead(message.key ?? '')}</p>
      <SelectField
        name="isThere"
        label={resolving.isThere}
        value={isThere}
        choices={[
          { value: 'there', label: resolving.there },
          { value: 'notThere', label: resolving.notThere },
        ]}
        onChange={setThere}
      />
      {isThere === 'there' ? (
        <TextField
          name="salesforceId"
          label={resolving.salesforceId}
          isRequired
          value={salesforceId}
          onChange={setSalesforceId}
        />
      ) : null}
      <TextArea name="comment" label={resolving.comment} value={comment} onChange={setComment} />
      <FormFoot submit={resolving.save} isBusy={resolve.isPending} onCancel={onClose} />
    </Form>
  );
}
