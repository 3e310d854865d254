/** New Profile, which is a clone of an existing one, as in Salesforce. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation, useSearchParams } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { FieldFrame, RequiredNote, SelectField, TextField } from '../../ui/fields.tsx';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { text as ui } from '../../ui/text.ts';
import { useTell } from '../../ui/toasts.tsx';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';

const words = text.rights;

type Profile = { id: string; name: string; license: string };
type Values = { existing: string; name: string };

/** `?existing=` has the id of the profile whose Clone was chosen. */
export function NewProfile() {
  const profiles = useAnswer('/profiles', { query: { pageSize: 200 } });
  const [params] = useSearchParams();
  const from = params.get('existing');
  return (
    <Loaded of={profiles} isAnew>
      {({ rows }) => <Cloning key={from} from={from} profiles={rows} />}
    </Loaded>
  );
}

function Cloning({ from, profiles }: { from: string | null; profiles: readonly Profile[] }) {
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const tell = useTell();
  const existing = profiles.find(({ id }) => id === from)?.name ?? '';
  const draft = useDraft<Values>(`new profile ${existing}`, { existing, name: '' });
  const leave = (to: string) => {
    draft.discard();
    navigate(to);
  };
  const save = useMutation({
    mutationFn: () => clone(draft.values),
    onSuccess: async ({ id, name }) => {
      tell(text.saved(name));
      leave(`/profiles/${id}`);
      await queries.invalidateQueries({ queryKey: ['/profiles'] });
    },
  });
  return (
    <Page title={words.cloneTitle} product={text.product}>
      <DraftNote draft={draft} />
      <Form
        label={words.cloneTitle}
        fields={['existingProfile', 'name']}
        errors={errorsOf(save.error)}
        onSubmit={() => save.mutate()}
      >
        <CloneFields values={draft.values} change={draft.change} profiles={profiles} />
        <FormFoot
          submit={text.save}
          isBusy={save.isPending}
          onCancel={() => leave(from === null ? '/profiles' : `/profiles/${from}`)}
        />
      </Form>
    </Page>
  );
}

async function clone({ existing, name }: Values) {
  return await api.call('POST', '/profiles', { body: { name: name.trim(), existingProfile: existing } });
}

type FieldsProps = { values: Values; change: (part: Partial<Values>) => void; profiles: readonly Profile[] };

function CloneFields({ values: { existing, name }, change, profiles }: FieldsProps) {
  const { cloneFields: labels } = words;
  const choices = profiles.map((one) => ({ value: one.name, label: one.name }));
  const license = profiles.find((one) => one.name === existing)?.license ?? ui.empty;
  return (
    <Card title={words.cloneTitle}>
      <p className="soft">{words.cloneText}</p>
      <RequiredNote />
      <SelectField
        name="existingProfile"
        label={labels.existing}
        isRequired
        value={existing}
        choices={[{ value: '', label: words.chooseExisting }, ...choices]}
        onChange={(chosen) => change({ existing: chosen })}
      />
      <FieldFrame name="license" label={labels.license}>
        {({ id }) => (
          <output id={id} className="told">
            {license}
          </output>
        )}
      </FieldFrame>
      <TextField
        name="name"
        label={labels.name}
        isRequired
        value={name}
        onChange={(entered) => change({ name: entered })}
      />
    </Card>
  );
}
