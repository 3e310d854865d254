/** A remote site: New and Edit. */
import { useLocation } from 'wouter';
import { useDraft } from '../../ui/draft.ts';
import { CheckBox, RequiredNote, TextField } from '../../ui/fields.tsx';
import { fieldsOf } from '../../ui/fields-of.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { api, type RemoteSite, useAnswer } from '../api.ts';
import { DeleteButton } from '../delete-button.tsx';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { useMay } from '../use-may.ts';

const words = text.remoteSites;
const fieldNames = ['name', 'url', 'description', 'active'];

type Values = { name: string; url: string; description: string; active: boolean };

/** `?url=` fills in the address that a ping was refused for. */
export function NewRemoteSite() {
  const url = new URLSearchParams(location.search).get('url') ?? '';
  return <SiteForm site={undefined} start={{ name: '', url, description: '', active: true }} />;
}

export function EditRemoteSite({ id }: { id: string }) {
  const site = useAnswer('/remote-sites/:id', { params: { id } });
  const mayEdit = useMay('administrator');
  if (!mayEdit) return <Loaded of={site}>{(found) => <ViewSite site={found} />}</Loaded>;
  return (
    <Loaded of={site} isAnew>
      {(found) => (
        <SiteForm key={found.version} site={found} start={{ ...found, description: found.description ?? '' }} />
      )}
    </Loaded>
  );
}

/** For who may not change it. */
function ViewSite({ site: { name, url, description, active } }: { site: RemoteSite }) {
  const { fields } = words;
  return (
    <Page title={name} kind={text.pages.remoteSites} product={text.product}>
      <Card title={words.detail}>
        <Details
          of={[
            { label: fields.name, value: name },
            { label: fields.url, value: <span className="code">{url}</span> },
            { label: fields.description, value: description },
            { label: fields.active, value: active ? text.states.active : text.states.inactive },
          ]}
        />
      </Card>
    </Page>
  );
}

function saveSite(site: RemoteSite | undefined, { name, url, active, description }: Values) {
  const body = { name, url, active, description: description === '' ? null : description };
  if (site === undefined) return api.call('POST', '/remote-sites', { body });
  const { id, version } = site;
  return api.call('PUT', '/remote-sites/:id', { params: { id: String(id) }, body: { ...body, version } });
}

function SiteForm({ site, start }: { site: RemoteSite | undefined; start: Values }) {
  const [, navigate] = useLocation();
  const title = site === undefined ? words.newTitle : text.editOf(site.name);
  const draft = useDraft(`remote site ${site?.id ?? 'new'}`, start, String(site?.version ?? ''));
  const leave = () => {
    draft.discard();
    navigate('/remote-sites');
  };
  const save = useAct({
    act: () => saveSite(site, draft.values),
    tells: ({ name }) => text.saved(name),
    done: leave,
  });
  return (
    <Page
      title={title}
      kind={text.pages.remoteSites}
      product={text.product}
      actions={site === undefined ? undefined : <DeleteSite site={site} onDeleted={leave} />}
    >
      <DraftNote draft={draft} />
      <Form label={title} fields={fieldNames} errors={errorsOf(save.error)} onSubmit={() => save.mutate()}>
        <SiteFields values={draft.values} change={draft.change} />
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}

function SiteFields({ values, change }: { values: Values; change: (part: Partial<Values>) => void }) {
  const field = fieldsOf(words, values, change);
  return (
    <Card title={words.detail}>
      <RequiredNote />
      <TextField {...field('name')} isRequired />
      <TextField {...field('url')} isRequired />
      <TextField {...field('description')} />
      <CheckBox {...field('active')} />
    </Card>
  );
}

function DeleteSite({ site: { id, name }, onDeleted }: { site: RemoteSite; onDeleted: () => void }) {
  return (
    <DeleteButton
      name={name}
      message={words.deleteText}
      act={() => api.call('DELETE', '/remote-sites/:id', { params: { id: String(id) } })}
      onDeleted={onDeleted}
    />
  );
}
