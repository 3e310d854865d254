/** Manage: the policies of an app, and who is pre-authorized. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { text as ui } from '../../ui/text.ts';
import { useTell } from '../../ui/toasts.tsx';
import { type App, api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { addressesOf } from './app-address.ts';
import { Readiness } from './app-state.tsx';
import { saidRange } from './ip-ranges.tsx';
import { saidRefreshTokenPolicy } from './refresh-token-policy.tsx';
import { Lines } from './view-app.tsx';

const words = text.manageApp;
const { fields, sections } = text.app;

export function ManageApp({ id }: { id: string }) {
  const app = useAnswer('/apps/:id', { params: { id } });
  return <Loaded of={app}>{(found) => <Shown app={found} />}</Loaded>;
}

function Shown({ app }: { app: App }) {
  const { id, name } = app;
  const actions = (
    <>
      <LinkButton to={`/apps/${id}/policies`} look="primary">
        {words.editPolicies}
      </LinkButton>
      <LinkButton to={`/apps/${id}`}>{text.view}</LinkButton>
      {app.blocked ? <UnblockButton app={app} /> : null}
    </>
  );
  return (
    <Page title={words.title(name)} kind={words.kind} product={text.product} actions={actions}>
      <Readiness app={app} />
      <PoliciesCards app={app} />
    </Page>
  );
}

/** What Edit Policies changes, and who is pre-authorized. */
export function PoliciesCards({ app, actions }: { app: App; actions?: ReactNode }) {
  const isExternal = app.kind === 'externalClientApp';
  const addresses = addressesOf(app);
  const runAs = { label: fields.runAs, value: app.runAs?.username ?? null };
  const allowed = { label: text.policies.allowed, value: app.clientCredentialsAllowed ? ui.yes : ui.no };
  return (
    <>
      <Card title={sections.policies} actions={actions}>
        <Details
          of={[
            ...(isExternal ? [allowed, runAs] : []),
            { label: fields.permittedUsers, value: text.policies.permittedUsers[app.permittedUsers] },
            { label: fields.ipRelaxation, value: text.policies.ipRelaxation[app.ipRelaxation] },
            { label: fields.refreshTokenPolicy, value: saidRefreshTokenPolicy(app.refreshTokenPolicy) },
            { label: fields.sessionTimeoutMinutes, value: words.minutes(app.sessionTimeoutMinutes) },
            { label: fields.jwtTimeoutMinutes, value: text.policies.jwtTimeout(app.jwtTimeoutMinutes) },
            { label: words.trustedIpRanges, value: <Lines of={app.trustedIpRanges.map(saidRange)} /> },
          ]}
        />
      </Card>
      {isExternal ? null : (
        <Card title={sections.flow}>
          <Details of={[runAs]} />
        </Card>
      )}
      <Names title={fields.profiles} of={app.profiles} to={addresses.profiles} manage={words.manageProfiles} />
      <Names
        title={fields.permissionSets}
        of={app.permissionSets}
        to={addresses.permissionSets}
        manage={words.managePermissionSets}
      />
    </>
  );
}

export function UnblockButton({ app: { id, name } }: { app: App }) {
  const queries = useQueryClient();
  const tell = useTell();
  const unblock = useMutation({
    mutationFn: () => api.call('POST', '/apps/:id/unblock', { params: { id } }),
    onSuccess: async () => {
      tell(words.unblocked(name));
      await queries.invalidateQueries();
    },
    onError: (error) => tell(error.message),
  });
  return (
    <Button isDisabled={unblock.isPending} onPress={() => unblock.mutate()}>
      {words.unblock}
    </Button>
  );
}

type NamesProps = { title: string; of: readonly string[]; to: string; manage: string };

function Names({ title, of, to, manage }: NamesProps) {
  return (
    <Card title={title} actions={<LinkButton to={to}>{manage}</LinkButton>}>
      {of.length === 0 ? <p className="soft">{words.none}</p> : <Lines of={of} />}
    </Card>
  );
}
