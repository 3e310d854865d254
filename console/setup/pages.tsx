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
  import('./apps/new-connected-app.tsx').then(({ NewConnectedApp: page }) => ({ default: page })),
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
const PreAuthorized = lazy(() =>
  import('./apps/pre-authorized.tsx').then(({ PreAuthorized: page }) => ({ default: page })),
);
const Users = lazy(() => import('./users/users.tsx').then(({ Users: page }) => ({ default: page })));
const NewUser = lazy(() => import('./users/new-user.tsx').then(({ NewUser: page }) => ({ default: page })));
const ViewUser = lazy(() => import('./users/view-user.tsx').then(({ ViewUser: page }) => ({ default: page })));
const EditUser = lazy(() => import('./users/edit-user.tsx').then(({ EditUser: page }) => ({ default: page })));
const Outbox = lazy(() => import('./outbox/outbox.tsx').then(({ Outbox: page }) => ({ default: page })));

/** A page of another app or user begins anew. */
const pagesOfId: readonly (readonly [string, PageOfId])[] = [
  ['/apps/:id', ViewApp],
  ['/apps/:id/saved', SavedApp],
  ['/apps/:id/edit', EditApp],
  ['/apps/:id/manage', ManageApp],
  ['/apps/:id/policies', EditPolicies],
  ['/apps/:id/profiles', (props) => <PreAuthorized {...props} list="profiles" />],
  ['/apps/:id/permission-sets', (props) => <PreAuthorized {...props} list="permissionSets" />],
  ['/apps/:id/consumer-details', ConsumerDetailsPage],
  ['/users/:id', ViewUser],
  ['/users/:id/edit', EditUser],
];

const pages: readonly (readonly [string, ComponentType])[] = [
  ['/', Home],
  ['/apps', AppManager],
  ['/apps/new', NewConnectedApp],
  ['/connected-apps', ConnectedApps],
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
