/** An external client app: what is missing before its flow works, its policies and its settings. */
import { LinkButton } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { type App, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { addressesOf } from './app-address.ts';
import { Readiness } from './app-state.tsx';
import { PoliciesCards, UnblockButton } from './manage-app.tsx';
import { DeleteApp, SettingsCards } from './view-app.tsx';

const words = text.eca.tabs;

export function ExternalClientApp({ id }: { id: string }) {
  const app = useAnswer('/apps/:id', { params: { id } });
  return <Loaded of={app}>{(found) => <Shown app={found} />}</Loaded>;
}

function Shown({ app }: { app: App }) {
  const { name, kind, blocked } = app;
  const actions = (
    <>
      <LinkButton to={addressesOf(app).tryIt}>{text.tryIt.title}</LinkButton>
      {blocked ? <UnblockButton app={app} /> : null}
      <DeleteApp app={app} />
    </>
  );
  const edit = <LinkButton to={addressesOf(app).policies}>{text.edit}</LinkButton>;
  return (
    <Page title={name} kind={text.kinds[kind]} product={text.product} actions={actions}>
      <Readiness app={app} />
      <Tabs
        label={words.label}
        tabs={[
          { id: 'policies', label: words.policies, content: <PoliciesCards app={app} actions={edit} /> },
          { id: 'settings', label: words.settings, content: <SettingsCards app={app} /> },
        ]}
      />
    </Page>
  );
}
