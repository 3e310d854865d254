/** Which page stands at which address; each is loaded when it is first opened. */
import { type ComponentType, lazy } from 'react';
import { Route, Switch } from 'wouter';
import { NotFound } from '../ui/not-found.tsx';
import { text } from './text.ts';

type PageOfId = ComponentType<{ id: string }>;

const Home = lazy(() => import('./home/home.tsx').then(({ Home: page }) => ({ default: page })));
const AppManager = lazy(() => import('./apps/app-manager.tsx').then(({ AppManager: page }) => ({ default: page })));
const ConnectedApps = lazy(() =>
  import('./apps/connected-apps.tsx').then(({ ConnectedApps: page }) => ({ default: page })),
);
const NewConnectedApp = lazy(() =>
  import('./apps/new-app.tsx').then(({ NewConnectedApp: page }) => ({ default: page })),
);
const NewExternalClientApp = lazy(() =>
  import('./apps/new-app.tsx').then(({ NewExternalClientApp: page }) => ({ default: page })),
);
const ExternalClientApps = lazy(() =>
  import('./apps/external-client-apps.tsx').then(({ ExternalClientApps: page }) => ({ default: page })),
);
const ExternalClientApp = lazy(() =>
  import('./apps/external-client-app.tsx').then(({ ExternalClientApp: page }) => ({ default: page })),
);
const ViewApp = lazy(() => import('./apps/view-app.tsx').then(({ ViewApp: page }) => ({ default: page })));
const SavedApp = lazy(() => import('./apps/saved-app.tsx').then(({ SavedApp: page }) => ({ default: page })));
const EditApp = lazy(() => import('./apps/edit-app.tsx').then(({ EditApp: page }) => ({ default: page })));
const ManageApp = lazy(() => import('./apps/manage-app.tsx').then(({ ManageApp: page }) => ({ default: page })));
const EditPolicies = lazy(() =>
  import('./apps/edit-policies.tsx').then(({ EditPolicies: page }) => ({ default: page })),
);
const ConsumerDetailsPage = lazy(() =>
  import('./apps/consumer-details.tsx').then(({ ConsumerDetailsPage: page }) => ({ default: page })),
);
const TryIt = lazy(() => import('./apps/try-it.tsx').then(({ TryIt: page }) => ({ default: page })));
const PreAuthorized = lazy(() =>
  import('./apps/pre-authorized.tsx').then(({ PreAuthorized: page }) => ({ default: page })),
);
const Users = lazy(() => import('./users/users.tsx').then(({ Users: page }) => ({ default: page })));
const NewUser = lazy(() => import('./users/new-user.tsx').then(({ NewUser: page }) => ({ default: page })));
const ViewUser = lazy(() => import('./users/view-user.tsx').then(({ ViewUser: page }) => ({ default: page })));
const EditUser = lazy(() => import('./users/edit-user.tsx').then(({ EditUser: page }) => ({ default: page })));
const Outbox = lazy(() => import('./outbox/outbox.tsx').then(({ Outbox: page }) => ({ default: page })));

/** What both kinds of apps have. */
function pagesOfApp(base: string): (readonly [string, PageOfId])[] {
  return [
    [`${base}/:id/edit`, EditApp],
    [`${base}/:id/policies`, EditPolicies],
    [`${base}/:id/profiles`, (props) => <PreAuthorized {...props} list="profiles" />],
    [`${base}/:id/permission-sets`, (props) => <PreAuthorized {...props} list="permissionSets" />],
    [`${base}/:id/consumer-details`, ConsumerDetailsPage],
    [`${base}/:id/try-it`, TryIt],
  ];
}

/** A page of another app or user begins anew. */
const pagesOfId: readonly (readonly [string, PageOfId])[] = [
  ['/apps/:id', ViewApp],
  ['/apps/:id/saved', SavedApp],
  ['/apps/:id/manage', ManageApp],
  ['/external-client-apps/:id', ExternalClientApp],
  ...['/apps', '/external-client-apps'].flatMap(pagesOfApp),
  ['/users/:id', ViewUser],
  ['/users/:id/edit', EditUser],
];

const pages: readonly (readonly [string, ComponentType])[] = [
  ['/', Home],
  ['/apps', AppManager],
  ['/apps/new', NewConnectedApp],
  ['/connected-apps', ConnectedApps],
  ['/external-client-apps', ExternalClientApps],
  ['/external-client-apps/new', NewExternalClientApp],
  ['/users', Users],
  ['/users/new', NewUser],
  ['/outbox', Outbox],
];

export function Pages() {
  return (
    <Switch>
      {pages.map(([path, Shown]) => (
        <Route key={path} path={path}>
          <Shown />
        </Route>
      ))}
      {pagesOfId.map(([path, Shown]) => (
        <Route key={path} path={path}>
          {({ id }: Record<string, string | undefined>) => <Shown key={id} id={id ?? ''} />}
        </Route>
      ))}
      <Route>
        <NotFound product={text.product} />
      </Route>
    </Switch>
  );
}
