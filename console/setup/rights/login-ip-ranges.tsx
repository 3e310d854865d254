/** Login IP Ranges of a profile: its users sign in from these addresses alone. */
import { useLocation } from 'wouter';
import type { SetupOperation } from '../../../src/org/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { useDraft } from '../../ui/draft.ts';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { api, useAnswer } from '../api.ts';
import { type IpRange, IpRanges, rangesOf, saidRange } from '../apps/ip-ranges.tsx';
import { Lines } from '../apps/view-app.tsx';
import { text } from '../text.ts';
import { useSave } from '../use-save.ts';
import { EditLink } from './view-holder.tsx';

const words = text.rights.loginIpRanges;

type Profile = AnswerOf<SetupOperation, 'GET', '/profiles/:id'>;

export function LoginIpRangesCard({ id }: { id: string }) {
  const profile = useAnswer('/profiles/:id', { params: { id } });
  return (
    <Card title={words.title} actions={<EditLink to={`/profiles/${id}/login-ip-ranges`} part={words.title} />}>
      <p className="soft">{words.lead}</p>
      <Loaded of={profile}>
        {({ loginIpRanges }) =>
          loginIpRanges.length === 0 ? <p>{words.none}</p> : <Lines of={loginIpRanges.map(saidRange)} />
        }
      </Loaded>
    </Card>
  );
}

export function EditLoginIpRanges({ id }: { id: string }) {
  const profile = useAnswer('/profiles/:id', { params: { id } });
  return (
    <Loaded of={profile} isAnew>
      {(found) => <Editing key={found.version} profile={found} />}
    </Loaded>
  );
}

function Editing({ profile: { id, name, version, loginIpRanges } }: { profile: Profile }) {
  const draft = useDraft<{ ranges: readonly IpRange[] }>(`login ranges ${id}`, { ranges: loginIpRanges }, version);
  const { ranges } = draft.values;
  const [, navigate] = useLocation();
  const leave = () => {
    draft.discard();
    navigate(`/profiles/${id}`);
  };
  const body = () => ({ version, loginIpRanges: rangesOf(ranges) });
  const save = useSave({
    save: () => api.call('PATCH', '/profiles/:id', { params: { id }, body: body() }),
    name,
    leave,
  });
  const title = text.rights.editOf(words.title);
  return (
    <Page title={title} kind={name} product={text.product}>
      <DraftNote draft={draft} />
      <Form label={title} fields={['loginIpRanges']} errors={errorsOf(save.error)} onSubmit={() => save.mutate()}>
        <Card title={words.title}>
          <IpRanges
            name="loginIpRanges"
            label={words.title}
            help={words.help}
            value={ranges}
            onChange={(entered) => draft.change({ ranges: entered })}
          />
        </Card>
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}
