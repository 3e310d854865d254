/** Whether an app can be used, in one word; and the way to what is missing. */
import { Link } from 'wouter';
import { Badge } from '../../ui/page.tsx';
import { Note } from '../../ui/problems.tsx';
import type { App } from '../api.ts';
import { text } from '../text.ts';
import { addressesOf } from './app-address.ts';

export function AppState({ ready, blocked }: { ready: boolean; blocked: boolean }) {
  if (blocked) return <Badge tone="alarm">{text.states.blocked}</Badge>;
  return ready ? <Badge tone="good">{text.states.ready}</Badge> : <Badge tone="warn">{text.states.notReady}</Badge>;
}

/** The list of what is missing before the flow works, in order, each with the page that mends it. */
export function Readiness({ app }: { app: App }) {
  const { ready, missing } = app.readiness;
  if (ready)
    return (
      <Note tone="good" title={text.readiness.ready}>
        {text.readiness.readyText(app.runAs?.username ?? '')}
      </Note>
    );
  return (
    <Note tone="warn" title={text.readiness.missing}>
      <ol className="steps">
        {missing.map((step) => (
          <li key={step.code}>
            {step.message} <Link href={pageOf(app, step)}>{text.readiness.goTo(step.page)}</Link>
          </li>
        ))}
      </ol>
    </Note>
  );
}

type Step = App['readiness']['missing'][number];

/** The page of Setup on which the resource that a step names is changed. */
function pageOf(app: App, { code, link, field }: Step): string {
  const pages = addressesOf(app);
  const fieldMark = field === null ? '' : `?field=${field}`;
  const user = /\/users\/([^/]+)$/.exec(link)?.[1];
  if (user !== undefined) return `/users/${user}/edit${fieldMark}`;
  const profile = /\/profiles\/([^/]+)$/.exec(link)?.[1];
  if (profile !== undefined) return `/profiles/${profile}/system-permissions${fieldMark}`;
  if (code === 'run-as-not-approved') return `${pages.profiles}?field=profiles`;
  if (link.endsWith('/settings')) return pages.edit + fieldMark;
  if (link.endsWith('/policies')) return pages.policies + fieldMark;
  if (code === 'propagation') return pages.details;
  if (code === 'not-installed' || code === 'blocked') return `/oauth-usage/${app.id}`;
  return pages.manage;
}
