/** Which page stands at which address; each is loaded when it is first opened. */
import type { ReactNode } from 'react';
import { lazyPage, type PageAt, PageSwitch, type Params } from '../ui/pages.tsx';
import { OnlyFor } from './only-for.tsx';
import { text } from './text.ts';
import type { Role } from './use-may.ts';

const pages: readonly PageAt[] = [
  ['/', lazyPage(() => import('./home/home.tsx'), 'Home')],
  ['/control-board', lazyPage(() => import('./board/control-board.tsx'), 'ControlBoard')],
  ['/runs', lazyPage(() => import('./runs/runs.tsx'), 'Runs')],
  ['/messages', lazyPage(() => import('./messages/message-monitor.tsx'), 'MessageMonitor')],
  ['/integrations', lazyPage(() => import('./integrations/integrations.tsx'), 'Integrations')],
  ['/integrations/new', lazyPage(() => import('./integrations/integration-form.tsx'), 'NewIntegration')],
  ['/interfaces', lazyPage(() => import('./interfaces/interfaces.tsx'), 'Interfaces')],
  ['/interfaces/new', lazyPage(() => import('./interfaces/new-interface.tsx'), 'NewInterface')],
  ['/backup', lazyPage(() => import('./backup/backup.tsx'), 'Backup')],
  ['/remote-sites', lazyPage(() => import('./remote-sites/remote-sites.tsx'), 'RemoteSites')],
  ['/remote-sites/new', lazyPage(() => import('./remote-sites/edit-remote-site.tsx'), 'NewRemoteSite')],
  ['/connections', lazyPage(() => import('./connections/connections.tsx'), 'Connections')],
  ['/connections/new', lazyPage(() => import('./connections/new-connection.tsx'), 'NewConnection')],
  ['/agents', lazyPage(() => import('./agents/agents.tsx'), 'Agents')],
  ['/api-clients', lazyPage(() => import('./api-clients/api-clients.tsx'), 'ApiClients')],
  ['/api-clients/new', lazyPage(() => import('./api-clients/new-client.tsx'), 'NewClient')],
  ['/people', lazyPage(() => import('./people/people.tsx'), 'People')],
  ['/people/new', lazyPage(() => import('./people/person-form.tsx'), 'NewPerson')],
  ['/own-password', lazyPage(() => import('./people/own-password.tsx'), 'OwnPassword')],
  ['/audit-trail', lazyPage(() => import('./audit-trail/audit-trail.tsx'), 'AuditTrail')],
  ['/retention', lazyPage(() => import('./retention/retention.tsx'), 'Retention')],
];

const pagesOfId: readonly PageAt<Params>[] = [
  ['/runs/:id', lazyPage(() => import('./runs/view-run.tsx'), 'ViewRun')],
  ['/messages/:id', lazyPage(() => import('./messages/view-message.tsx'), 'ViewMessage')],
  ['/messages/:id/edit', lazyPage(() => import('./messages/edit-message.tsx'), 'EditMessage')],
  ['/integrations/:id', lazyPage(() => import('./integrations/view-integration.tsx'), 'ViewIntegration')],
  ['/integrations/:id/edit', lazyPage(() => import('./integrations/integration-form.tsx'), 'EditIntegration')],
  ['/interfaces/:id', lazyPage(() => import('./interfaces/view-interface.tsx'), 'ViewInterface')],
  ['/interfaces/:id/edit', lazyPage(() => import('./interfaces/edit-interface.tsx'), 'EditInterface')],
  ['/remote-sites/:id', lazyPage(() => import('./remote-sites/edit-remote-site.tsx'), 'EditRemoteSite')],
  ['/connections/:id', lazyPage(() => import('./connections/view-connection.tsx'), 'ViewConnection')],
  ['/connections/:id/edit', lazyPage(() => import('./connections/edit-connection.tsx'), 'EditConnection')],
  ['/agents/:id', lazyPage(() => import('./agents/view-agent.tsx'), 'ViewAgent')],
  ['/api-clients/:id', lazyPage(() => import('./api-clients/view-client.tsx'), 'ViewClient')],
  ['/api-clients/:id/edit', lazyPage(() => import('./api-clients/edit-client.tsx'), 'EditClient')],
  ['/people/:id', lazyPage(() => import('./people/view-person.tsx'), 'ViewPerson')],
  ['/people/:id/edit', lazyPage(() => import('./people/person-form.tsx'), 'EditPerson')],
];

/** Pages on which something is changed; all others are for everybody. */
function roleFor(path: string): Role {
  if (path === '/messages/:id/edit') return 'operator';
  return /\/(new|edit|backup)$/.test(path) ? 'administrator' : 'viewer';
}

const forRole = (path: string, page: ReactNode) => <OnlyFor role={roleFor(path)}>{page}</OnlyFor>;

export const Pages = () => <PageSwitch pages={pages} pagesOfId={pagesOfId} around={forRole} product={text.product} />;
