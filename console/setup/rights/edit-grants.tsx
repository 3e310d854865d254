/** A form that changes one part of what a profile or a permission set grants. */
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { Form, FormFoot } from '../../ui/form.tsx';
import { Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { text } from '../text.ts';
import { useSave } from '../use-save.ts';
import { type GrantsChange, type Holder, saveGrants } from './holder.ts';

type EditProps = {
  holder: Holder;
  title: string;
  /** Where Save and Cancel lead. */
  back: string;
  fields: readonly string[];
  change: () => GrantsChange;
  children: ReactNode;
};

export function EditGrants({ holder, title, back, fields, change, children }: EditProps) {
  const [, navigate] = useLocation();
  const save = useSave({
    save: () => saveGrants(holder, change()),
    name: holder.label,
    leave: () => navigate(back),
  });
  return (
    <Page title={title} kind={holder.label} product={text.product}>
      <Form label={title} fields={fields} errors={errorsOf(save.error)} onSubmit={() => save.mutate()}>
        {children}
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={() => navigate(back)} />
      </Form>
    </Page>
  );
}
