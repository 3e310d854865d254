/** New: name and type first, then the agent, the database and the org. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { ApiError } from '../../ui/api.ts';
import { useDraft } from '../../ui/draft.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Page } from '../../ui/page.tsx';
import { text } from '../text.ts';
import { ConnectionForm, GeneralFields } from './connection-form.tsx';
import { newValues } from './connection-values.ts';

const words = text.connections;
const nothingKept = { agent: false, database: false, salesforce: false };
const noErrors: readonly ApiError[] = [];

export function NewConnection() {
  const [, navigate] = useLocation();
  const [goesOn, setGoesOn] = useState(false);
  const [errors, setErrors] = useState(noErrors);
  const draft = useDraft('new connection', newValues);
  const leave = (to = '/connections') => {
    draft.discard();
    navigate(to);
  };
  const goOn = () => {
    const isNamed = draft.values.name.trim() !== '';
    setErrors(isNamed ? noErrors : [{ field: 'name', ...words.nameWanted }]);
    setGoesOn(isNamed);
  };
  const props = { values: draft.values, change: draft.change };
  return (
    <Page title={words.newTitle} kind={words.heading} product={text.product}>
      <DraftNote draft={draft} />
      {goesOn ? (
        <ConnectionForm
          {...props}
          label={words.newTitle}
          edited={undefined}
          kept={nothingKept}
          onSaved={({ id }) => leave(`/connections/${id}`)}
          onCancel={() => leave()}
        />
      ) : (
        <Form label={words.newTitle} fields={['name', 'description', 'type']} errors={errors} onSubmit={goOn}>
          <GeneralFields {...props} />
          <FormFoot submit={words.continue} isBusy={false} onCancel={() => leave()} />
        </Form>
      )}
    </Page>
  );
}
