/** Edit Policies: in whose name an app acts, who may use it, from where, and for how long. */
import { useLocation } from 'wouter';
import { ApiFailure } from '../../ui/api.ts';
import { useDraft } from '../../ui/draft.ts';
import { CheckBox, type Choice, SelectField, TextField } from '../../ui/fields.tsx';
import { DraftNote, Form, FormFoot } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { LookUp } from '../../ui/look-up.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { type App, api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { useSave } from '../use-save.ts';
import { addressesOf } from './app-address.ts';
import { type IpRange, IpRanges, rangesOf } from './ip-ranges.tsx';
import {
  type RefreshTokenChoice,
  RefreshTokenFields,
  refreshTokenChoice,
  refreshTokenPolicyOf,
} from './refresh-token-policy.tsx';

const words = text.policies;
const { fields, sections } = text.app;

type Values = {
  runAs: string;
  permittedUsers: App['permittedUsers'];
  ipRelaxation: App['ipRelaxation'];
  sessionTimeoutMinutes: string;
  jwtTimeoutMinutes: string;
  refreshToken: RefreshTokenChoice;
  trustedIpRanges: readonly IpRange[];
  clientCredentialsAllowed: boolean;
};

const fieldNames = [
  ...['runAs', 'permittedUsers', 'ipRelaxation', 'sessionTimeoutMinutes', 'clientCredentialsAllowed'],
  ...['jwtTimeoutMinutes', 'refreshTokenPolicy', 'trustedIpRanges'],
];

export function EditPolicies({ id }: { id: string }) {
  const app = useAnswer('/apps/:id', { params: { id } });
  return (
    <Loaded of={app} isAnew>
      {(found) => <PoliciesForm key={found.version} app={found} />}
    </Loaded>
  );
}

function valuesOf({
  runAs,
  permittedUsers,
  ipRelaxation,
  sessionTimeoutMinutes,
  jwtTimeoutMinutes,
  refreshTokenPolicy,
  trustedIpRanges,
  clientCredentialsAllowed,
}: App): Values {
  return {
    ...{ permittedUsers, ipRelaxation, trustedIpRanges, clientCredentialsAllowed },
    refreshToken: refreshTokenChoice(refreshTokenPolicy),
    jwtTimeoutMinutes: jwtTimeoutMinutes === null ? '' : String(jwtTimeoutMinutes),
    runAs: runAs?.username ?? '',
    sessionTimeoutMinutes: sessionTimeoutMinutes === null ? '' : String(sessionTimeoutMinutes),
  };
}

function PoliciesForm({ app }: { app: App }) {
  const { id, name, version } = app;
  const [, navigate] = useLocation();
  const draft = useDraft(`edit policies ${id}`, valuesOf(app), version);
  const leave = () => {
    draft.discard();
    navigate(addressesOf(app).manage);
  };
  const save = useSave({ save: () => savePolicies(app, draft.values), name, leave });
  return (
    <Page
      title={words.title(name)}
      kind={app.kind === 'connectedApp' ? text.manageApp.kind : text.kinds[app.kind]}
      product={text.product}
    >
      <DraftNote draft={draft} />
      <Form label={words.title(name)} fields={fieldNames} errors={errorsOf(save.error)} onSubmit={() => save.mutate()}>
        <PolicyFields kind={app.kind} values={draft.values} change={draft.change} />
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}

type FieldsProps = { kind: App['kind']; values: Values; change: (part: Partial<Values>) => void };

function PolicyFields({ kind, values, change }: FieldsProps) {
  const flow = <FlowFields kind={kind} values={values} change={change} />;
  return (
    <>
      <Card title={sections.policies}>
        {kind === 'externalClientApp' ? flow : null}
        <SelectField
          name="permittedUsers"
          label={fields.permittedUsers}
          value={values.permittedUsers}
          choices={choicesOf(words.permittedUsers)}
          onChange={(permittedUsers) => change({ permittedUsers })}
        />
        <SelectField
          name="ipRelaxation"
          label={fields.ipRelaxation}
          value={values.ipRelaxation}
          choices={choicesOf(words.ipRelaxation)}
          onChange={(ipRelaxation) => change({ ipRelaxation })}
        />
        <IpRanges
          name="trustedIpRanges"
          label={text.manageApp.trustedIpRanges}
          help={words.trustedIpRangesHelp}
          value={values.trustedIpRanges}
          onChange={(trustedIpRanges) => change({ trustedIpRanges })}
        />
        <RefreshTokenFields value={values.refreshToken} onChange={(refreshToken) => change({ refreshToken })} />
      </Card>
      <Card title={sections.session}>
        <TextField
          name="sessionTimeoutMinutes"
          label={fields.sessionTimeoutMinutes}
          help={words.timeoutHelp}
          value={values.sessionTimeoutMinutes}
          onChange={(sessionTimeoutMinutes) => change({ sessionTimeoutMinutes })}
        />
        <SelectField
          name="jwtTimeoutMinutes"
          label={fields.jwtTimeoutMinutes}
          help={words.jwtTimeoutHelp}
          value={values.jwtTimeoutMinutes}
          choices={jwtTimeouts}
          onChange={(jwtTimeoutMinutes) => change({ jwtTimeoutMinutes })}
        />
      </Card>
      {kind === 'connectedApp' ? <Card title={sections.flow}>{flow}</Card> : null}
    </>
  );
}

/** In whose name the flow acts; of an external client app with the second of its two switches. */
function FlowFields({ kind, values, change }: FieldsProps) {
  return (
    <>
      {kind === 'externalClientApp' ? (
        <CheckBox
          name="clientCredentialsAllowed"
          label={words.allowed}
          help={words.allowedHelp}
          value={values.clientCredentialsAllowed}
          onChange={(clientCredentialsAllowed) => change({ clientCredentialsAllowed })}
        />
      ) : null}
      <LookUp
        name="runAs"
        label={fields.runAs}
        help={words.runAsHelp}
        value={values.runAs}
        onChange={(runAs) => change({ runAs })}
        find={findUsers}
      />
    </>
  );
}

/** As Setup offers them. */
const jwtTimeouts = [null, 1, 5, 10, 15, 30, 60, 90, 120, 240, 480, 720].map((minutes) => ({
  value: minutes === null ? '' : String(minutes),
  label: words.jwtTimeout(minutes),
}));

function choicesOf<Value extends string>(labels: Readonly<Record<Value, string>>): Choice<Value>[] {
  return (Object.keys(labels) as Value[]).map((value) => ({ value, label: labels[value] }));
}

async function findUsers(search: string, signal?: AbortSignal) {
  const query = { pageSize: 20, ...(search.trim() === '' ? {} : { search: search.trim() }) };
  return (await api.call('GET', '/user-lookup', { query, signal })).rows;
}

async function savePolicies({ id, kind, version }: App, values: Values) {
  const { clientCredentialsAllowed, sessionTimeoutMinutes, jwtTimeoutMinutes, runAs, ...rest } = values;
  const { refreshToken, trustedIpRanges, ...choices } = rest;
  const body = {
    version,
    ...choices,
    trustedIpRanges: rangesOf(trustedIpRanges),
    refreshTokenPolicy: policyOf(refreshToken),
    sessionTimeoutMinutes: minutesOf(sessionTimeoutMinutes),
    jwtTimeoutMinutes: jwtTimeoutMinutes === '' ? null : Number(jwtTimeoutMinutes),
    runAs: await usernameOf(runAs.trim()),
    ...(kind === 'externalClientApp' ? { clientCredentialsAllowed } : {}),
  };
  return await api.call('PATCH', '/apps/:id/policies', { params: { id }, body });
}

function policyOf(choice: RefreshTokenChoice): string {
  const policy = refreshTokenPolicyOf(choice);
  if (/:/.test(policy) && !/:[1-9]\d{0,3}:/.test(policy))
    throw new ApiFailure(400, [{ field: 'refreshTokenPolicy', ...words.refreshToken.wrong }]);
  return policy;
}

function minutesOf(typed: string): number | null {
  if (typed.trim() === '') return null;
  if (/^\d{1,6}$/.test(typed.trim())) return Number(typed);
  throw new ApiFailure(400, [{ field: 'sessionTimeoutMinutes', ...words.numberWanted }]);
}

/** A full name that one user alone has stands for the username; all else goes as it was typed, and the org judges it. */
async function usernameOf(typed: string): Promise<string | null> {
  if (typed === '') return null;
  const same = (one: string) => one.toLowerCase() === typed.toLowerCase();
  const found = await findUsers(typed);
  if (found.some(({ username }) => same(username))) return typed;
  const named = found.filter(({ name }) => same(name));
  if (named.length > 1) throw new ApiFailure(400, [{ field: 'runAs', ...words.severalUsers(typed) }]);
  return named[0]?.username ?? typed;
}
