/** Which page stands at which address; each is loaded when it is first opened. */
import { type ComponentType, lazy } from 'react';
import { Route, Switch } from 'wouter';
import { NotFound } from '../ui/not-found.tsx';
import { OnlyFor } from './only-for.tsx';
import { text } from './text.ts';
import type { Role } from './use-may.ts';

type PageOfId = ComponentType<{ id: string }>;

const Home = lazy(() => import('./home/home.tsx').then(({ Home: page }) => ({ default: page })));
const Integrations = lazy(() =>
  import('./integrations/integrations.tsx').then(({ Integrations: page }) => ({ default: page })),
);
const NewIntegration = lazy(() =>
  import('./integrations/integration-form.tsx').then(({ NewIntegration: page }) => ({ default: page })),
);
const EditIntegration = lazy(() =>
  import('./integrations/integration-form.tsx').then(({ EditIntegration: page }) => ({ default: page })),
);
const ViewIntegration = lazy(() =>
  import('./integrations/view-integration.tsx').then(({ ViewIntegration: page }) => ({ default: page })),
);
const RemoteSites = lazy(() =>
  import('./remote-sites/remote-sites.tsx').then(({ RemoteSites: page }) => ({ default: page })),
);
const NewRemoteSite = lazy(() =>
  import('./remote-sites/edit-remote-site.tsx').then(({ NewRemoteSite: page }) => ({ default: page })),
);
const EditRemoteSite = lazy(() =>
  import('./remote-sites/edit-remote-site.tsx').then(({ EditRemoteSite: page }) => ({ default: page })),
);
const Connections = lazy(() =>
  import('./connections/connections.tsx').then(({ Connections: page }) => ({ default: page })),
);
const NewConnection = lazy(() =>
  import('./connections/new-connection.tsx').then(({ NewConnection: page }) => ({ default: page })),
);
const ViewConnection = lazy(() =>
  import('./connections/view-connection.tsx').then(({ ViewConnection: page }) => ({ default: page })),
);
const EditConnection = lazy(() =>
  import('./connections/edit-connection.tsx').then(({ EditConnection: page }) => ({ default: page })),
);
const Agents = lazy(() => import('./agents/agents.tsx').then(({ Agents: page }) => ({ default: page })));
const ViewAgent = lazy(() => import('./agents/view-agent.tsx').then(({ ViewAgent: page }) => ({ default: page })));
const ApiClients = lazy(() =>
  import('./api-clients/api-clients.tsx').then(({ ApiClients: page }) => ({ default: page })),
);
const NewClient = lazy(() => import('./api-clients/new-client.tsx').then(({ NewClient: page }) => ({ default: page })));
const ViewClient = lazy(() =>
  import('./api-clients/view-client.tsx').then(({ ViewClient: page }) => ({ default: page })),
);
const EditClient = lazy(() =>
  import('./api-clients/edit-client.tsx').then(({ EditClient: page }) => ({ default: page })),
);
const People = lazy(() => import('./people/people.tsx').then(({ People: page }) => ({ default: page })));
const NewPerson = lazy(() => import('./people/person-form.tsx').then(({ NewPerson: page }) => ({ default: page })));
const EditPerson = lazy(() => import('./people/person-form.tsx').then(({ EditPerson: page }) => ({ default: page })));
const ViewPerson = lazy(() => import('./people/view-person.tsx').then(({ ViewPerson: page }) => ({ default: page })));
const OwnPassword = lazy(() =>
  import('./people/own-password.tsx').then(({ OwnPassword: page }) => ({ default: page })),
);
const AuditTrail = lazy(() =>
  import('./audit-trail/audit-trail.tsx').then(({ AuditTrail: page }) => ({ default: page })),
);
const Retention = lazy(() => import('./retention/retention.tsx').then(({ Retention: page }) => ({ default: page })));

const Backup = lazy(() => import('./backup/backup.tsx').then(({ Backup: page }) => ({ default: page })));
const Interfaces = lazy(() =>
  import('./interfaces/interfaces.tsx').then(({ Interfaces: page }) => ({ default: page })),
);
const NewInterface = lazy(() =>
  import('./interfaces/new-interface.tsx').then(({ NewInterface: page }) => ({ default: page })),
);
const ViewInterface = lazy(() =>
  import('./interfaces/view-interface.tsx').then(({ ViewInterface: page }) => ({ default: page })),
);
const EditInterface = lazy(() =>
  import('./interfaces/edit-interface.tsx').then(({ EditInterface: page }) => ({ default: page })),
);
const ControlBoard = lazy(() =>
  import('./board/control-board.tsx').then(({ ControlBoard: page }) => ({ default: page })),
);
const Runs = lazy(() => import('./runs/runs.tsx').then(({ Runs: page }) => ({ default: page })));
const ViewRun = lazy(() => import('./runs/view-run.tsx').then(({ ViewRun: page }) => ({ default: page })));
const MessageMonitor = lazy(() =>
  import('./messages/message-monitor.tsx').then(({ MessageMonitor: page }) => ({ default: page })),
);
const ViewMessage = lazy(() =>
  import('./messages/view-message.tsx').then(({ ViewMessage: page }) => ({ default: page })),
);
const EditMessage = lazy(() =>
  import('./messages/edit-message.tsx').then(({ EditMessage: page }) => ({ default: page })),
);

const pages: readonly (readonly [string, ComponentType])[] = [
  ['/', Home],
  ['/control-board', ControlBoard],
  ['/runs', Runs],
  ['/messages', MessageMonitor],
  ['/integrations', Integrations],
  ['/integrations/new', NewIntegration],
  ['/interfaces', Interfaces],
  ['/interfaces/new', NewInterface],
  ['/backup', Backup],
  ['/remote-sites', RemoteSites],
  ['/remote-sites/new', NewRemoteSite],
  ['/connections', Connections],
  ['/connections/new', NewConnection],
  ['/agents', Agents],
  ['/api-clients', ApiClients],
  ['/api-clients/new', NewClient],
  ['/people', People],
  ['/people/new', NewPerson],
  ['/own-password', OwnPassword],
  ['/audit-trail', AuditTrail],
  ['/retention', Retention],
];

/** A page of another thing begins anew. */
const pagesOfId: readonly (readonly [string, PageOfId])[] = [
  ['/runs/:id', ViewRun],
  ['/messages/:id', ViewMessage],
  ['/messages/:id/edit', EditMessage],
  ['/integrations/:id', ViewIntegration],
  ['/integrations/:id/edit', EditIntegration],
  ['/interfaces/:id', ViewInterface],
  ['/interfaces/:id/edit', EditInterface],
  ['/remote-sites/:id', EditRemoteSite],
  ['/connections/:id', ViewConnection],
  ['/connections/:id/edit', EditConnection],
  ['/agents/:id', ViewAgent],
  ['/api-clients/:id', ViewClient],
  ['/api-clients/:id/edit', EditClient],
  ['/people/:id', ViewPerson],
  ['/people/:id/edit', EditPerson],
];

/** Pages on which something is changed; all others are for everybody. */
function roleFor(path: string): Role {
  if (path === '/messages/:id/edit') return 'operator';
  return /\/(new|edit)$/.test(path) ? 'administrator' : 'viewer';
}

export function Pages() {
  return (
    <Switch>
      {pages.map(([path, Shown]) => (
        <Route key={path} path={path}>
          <OnlyFor role={roleFor(path)}>
            <Shown />
          </OnlyFor>
        </Route>
      ))}
      {pagesOfId.map(([path, Shown]) => (
        <Route key={path} path={path}>
          {({ id }: Record<string, string | undefined>) => (
            <OnlyFor key={id} role={roleFor(path)}>
              <Shown id={id ?? ''} />
            </OnlyFor>
          )}
        </Route>
      ))}
      <Route>
        <NotFound product={text.product} />
      </Route>
    </Switch>
  );
}
