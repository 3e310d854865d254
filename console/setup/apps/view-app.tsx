/** View: an app's page, with what is missing before its flow works. */
import { Redirect } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { text as ui } from '../../ui/text.ts';
import { type App, api, useAnswer } from '../api.ts';
import { DeleteButton } from '../delete-button.tsx';
import { text } from '../text.ts';
import { addressesOf } from './app-address.ts';
import { Readiness } from './app-state.tsx';
import { oauthSwitches } from './app-values.ts';

const words = text.app;
const eca = text.eca;

export function ViewApp({ id }: { id: string }) {
  const app = useAnswer('/apps/:id', { params: { id } });
  return (
    <Loaded of={app}>
      {(found) =>
        found.kind === 'externalClientApp' ? <Redirect to={addressesOf(found).view} replace /> : <Shown app={found} />
      }
    </Loaded>
  );
}

function Shown({ app }: { app: App }) {
  const { id, name, kind } = app;
  const actions = (
    <>
      <LinkButton to={`/apps/${id}/edit`}>{text.edit}</LinkButton>
      <LinkButton to={`/apps/${id}/manage`}>{text.manage}</LinkButton>
      <LinkButton to={addressesOf(app).tryIt}>{text.tryIt.title}</LinkButton>
      <DeleteApp app={app} />
    </>
  );
  return (
    <Page title={name} kind={text.kinds[kind]} product={text.product} actions={actions}>
      <Readiness app={app} />
      <SettingsCards app={app} />
    </Page>
  );
}

/** What Edit changes. */
export function SettingsCards({ app }: { app: App }) {
  const isExternal = app.kind === 'externalClientApp';
  return (
    <>
      <Card
        title={words.sections.basic}
        actions={isExternal ? <LinkButton to={addressesOf(app).edit}>{text.edit}</LinkButton> : null}
      >
        <Details
          of={[
            { label: isExternal ? eca.fields.name : words.fields.name, value: app.name },
            { label: words.fields.apiName, value: app.apiName },
            { label: words.fields.contactEmail, value: app.contactEmail },
            ...(isExternal ? [{ label: eca.fields.distributionState, value: app.distributionState }] : []),
            { label: words.fields.contactPhone, value: app.contactPhone },
            { label: words.fields.infoUrl, value: app.infoUrl },
            { label: words.fields.description, value: app.description },
            { label: words.createdAt, value: <Moment at={app.createdAt} /> },
            { label: words.changedAt, value: <Moment at={app.changedAt} /> },
          ]}
        />
      </Card>
      <OAuthCard app={app} />
    </>
  );
}

function OAuthCard({ app }: { app: App }) {
  const scopes = useAnswer('/scopes', { query: { pageSize: 200 } });
  const labelOf = (token: string) => scopes.data?.rows.find((scope) => scope.token === token)?.label ?? token;
  const isExternal = app.kind === 'externalClientApp';
  const [active] = app.credentials;
  const yesNo = (value: boolean) => (value ? ui.yes : ui.no);
  return (
    <Card
      title={isExternal ? eca.sections.oauthSettings : words.sections.oauth}
      actions={
        <LinkButton to={addressesOf(app).details}>{isExternal ? eca.keyAndSecret : words.manageDetails}</LinkButton>
      }
    >
      <Details
        of={[
          { label: words.fields.callbackUrls, value: <Lines of={app.callbackUrls} /> },
          { label: words.fields.selectedScopes, value: <Lines of={app.scopes.map(labelOf)} /> },
          { label: words.fields.clientCredentialsEnabled, value: yesNo(app.clientCredentialsEnabled) },
          { label: words.secretAge, value: active === undefined ? '' : words.days(active.ageDays) },
          ...oauthSwitches.map((name) => ({ label: words.fields[name], value: yesNo(app[name]) })),
          { label: words.fields.certificate, value: yesNo(app.certificate !== null) },
        ]}
      />
    </Card>
  );
}

export function Lines({ of }: { of: readonly string[] }) {
  if (of.length === 0) return ui.empty;
  return (
    <ul>
      {of.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

export function DeleteApp({ app }: { app: App }) {
  const { id, name } = app;
  return (
    <DeleteButton
      name={name}
      title={words.deleteTitle(name)}
      message={words.deleteText}
      act={() => api.call('DELETE', '/apps/:id', { params: { id } })}
      list={addressesOf(app).list}
      path="/apps"
      id={id}
    />
  );
}
