/** A form that changes one part of what a profile or a permission set grants. */
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { Draft } from '../../ui/draft.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { text } from '../text.ts';
import { useSave } from '../use-save.ts';
import { type GrantsChange, type Holder, saveGrants } from './holder.ts';

type EditProps = {
  holder: Holder;
  /** What is entered. */
  draft: Pick<Draft<unknown>, 'wasKept' | 'shows' | 'swap' | 'discard'>;
  title: string;
  /** Where Save and Cancel lead. */
  back: string;
  fields: readonly string[];
  change: () => GrantsChange;
  children: ReactNode;
};

export function EditGrants({ holder, draft, title, back, fields, change, children }: EditProps) {
  const [, navigate] = useLocation();
  const leave = () => {
    draft.discard();
    navigate(back);
  };
  const save = useSave({
    save: () => saveGrants(holder, change()),
    name: holder.label,
    leave,
  });
  return (
    <Page title={title} kind={holder.label} product={text.product}>
      <DraftNote draft={draft} />
      <Form label={title} fields={fields} errors={errorsOf(save.error)} onSubmit={() => save.mutate()}>
        {children}
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}
