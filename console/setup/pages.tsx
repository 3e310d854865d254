/** Which page stands at which address; each is loaded when it is first opened. */
import { type ComponentType, lazy } from 'react';
import { Route, Switch } from 'wouter';
import { NotFound } from '../ui/not-found.tsx';
import type { AssignableKind } from './rights/assignable.ts';
import type { HolderKind } from './rights/holder.ts';
import { text } from './text.ts';

/** What stands in the address. */
type Params = { id: string; object: string };
type PageOfParams = readonly [string, ComponentType<Params>];

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
const Profiles = lazy(() => import('./rights/lists.tsx').then(({ Profiles: page }) => ({ default: page })));
const PermissionSets = lazy(() => import('./rights/lists.tsx').then(({ PermissionSets: page }) => ({ default: page })));
const PermissionSetLicenses = lazy(() =>
  import('./rights/lists.tsx').then(({ PermissionSetLicenses: page }) => ({ default: page })),
);
const NewPermissionSet = lazy(() =>
  import('./rights/new-permission-set.tsx').then(({ NewPermissionSet: page }) => ({ default: page })),
);
const ViewHolder = lazy(() => import('./rights/view-holder.tsx').then(({ ViewHolder: page }) => ({ default: page })));
const ObjectSettings = lazy(() =>
  import('./rights/object-settings.tsx').then(({ ObjectSettings: page }) => ({ default: page })),
);
const ViewObjectSettings = lazy(() =>
  import('./rights/object-settings.tsx').then(({ ViewObjectSettings: page }) => ({ default: page })),
);
const EditObjectSettings = lazy(() =>
  import('./rights/edit-object-settings.tsx').then(({ EditObjectSettings: page }) => ({ default: page })),
);
const EditSystemPermissions = lazy(() =>
  import('./rights/edit-names.tsx').then(({ EditSystemPermissions: page }) => ({ default: page })),
);
const EditApexClasses = lazy(() =>
  import('./rights/edit-names.tsx').then(({ EditApexClasses: page }) => ({ default: page })),
);
const EditLoginIpRanges = lazy(() =>
  import('./rights/login-ip-ranges.tsx').then(({ EditLoginIpRanges: page }) => ({ default: page })),
);
const Assignments = lazy(() => import('./rights/assignments.tsx').then(({ Assignments: page }) => ({ default: page })));
const AddAssignment = lazy(() =>
  import('./rights/add-assignment.tsx').then(({ AddAssignment: page }) => ({ default: page })),
);
const LoginHistory = lazy(() =>
  import('./history/histories.tsx').then(({ LoginHistory: page }) => ({ default: page })),
);
const AuditTrail = lazy(() => import('./history/histories.tsx').then(({ AuditTrail: page }) => ({ default: page })));
const OAuthUsage = lazy(() => import('./history/oauth-usage.tsx').then(({ OAuthUsage: page }) => ({ default: page })));
const AppTokens = lazy(() => import('./history/app-tokens.tsx').then(({ AppTokens: page }) => ({ default: page })));
const RemoteSites = lazy(() =>
  import('./history/remote-sites.tsx').then(({ RemoteSites: page }) => ({ default: page })),
);
const ObjectManager = lazy(() =>
  import('./data/object-manager.tsx').then(({ ObjectManager: page }) => ({ default: page })),
);
const ViewObject = lazy(() => import('./data/object-manager.tsx').then(({ ViewObject: page }) => ({ default: page })));
const DataPage = lazy(() => import('./data/data-page.tsx').then(({ DataPage: page }) => ({ default: page })));
const EditRecord = lazy(() => import('./data/edit-record.tsx').then(({ EditRecord: page }) => ({ default: page })));
const BulkJobs = lazy(() => import('./data/bulk-jobs.tsx').then(({ BulkJobs: page }) => ({ default: page })));
const SystemOverview = lazy(() =>
  import('./data/bulk-jobs.tsx').then(({ SystemOverview: page }) => ({ default: page })),
);
const Faults = lazy(() => import('./data/faults.tsx').then(({ Faults: page }) => ({ default: page })));
const Outbox = lazy(() => import('./outbox/outbox.tsx').then(({ Outbox: page }) => ({ default: page })));

/** What both kinds of apps have. */
function pagesOfApp(base: string): PageOfParams[] {
  return [
    [`${base}/:id/edit`, EditApp],
    [`${base}/:id/policies`, EditPolicies],
    [`${base}/:id/profiles`, (props) => <PreAuthorized {...props} list="profiles" />],
    [`${base}/:id/permission-sets`, (props) => <PreAuthorized {...props} list="permissionSets" />],
    [`${base}/:id/consumer-details`, ConsumerDetailsPage],
    [`${base}/:id/try-it`, TryIt],
  ];
}

/** What profiles and permission sets have. */
function pagesOfHolder(kind: HolderKind): PageOfParams[] {
  return [
    [`/${kind}/:id`, (props) => <ViewHolder {...props} kind={kind} />],
    [`/${kind}/:id/objects`, (props) => <ObjectSettings {...props} kind={kind} />],
    [`/${kind}/:id/objects/:object`, (props) => <ViewObjectSettings {...props} kind={kind} />],
    [`/${kind}/:id/objects/:object/edit`, (props) => <EditObjectSettings {...props} kind={kind} />],
    [`/${kind}/:id/system-permissions`, (props) => <EditSystemPermissions {...props} kind={kind} />],
    [`/${kind}/:id/apex-classes`, (props) => <EditApexClasses {...props} kind={kind} />],
  ];
}

/** What can be assigned to users. */
function pagesOfAssignable(kind: AssignableKind): PageOfParams[] {
  return [
    [`/${kind}/:id/assignments`, (props) => <Assignments {...props} kind={kind} />],
    [`/${kind}/:id/assignments/add`, (props) => <AddAssignment {...props} kind={kind} />],
  ];
}

/** A page of another app or user begins anew. */
const pagesOfId: readonly PageOfParams[] = [
  ['/apps/:id', ViewApp],
  ['/apps/:id/saved', SavedApp],
  ['/apps/:id/manage', ManageApp],
  ['/external-client-apps/:id', ExternalClientApp],
  ...['/apps', '/external-client-apps'].flatMap(pagesOfApp),
  ['/users/:id', ViewUser],
  ['/users/:id/edit', EditUser],
  ['/oauth-usage/:id', AppTokens],
  ['/objects/:object', ViewObject],
  ['/data/:object/:id', EditRecord],
  ['/profiles/:id/login-ip-ranges', EditLoginIpRanges],
  ...pagesOfHolder('profiles'),
  ...pagesOfHolder('permission-sets'),
  ...pagesOfAssignable('permission-sets'),
  ...pagesOfAssignable('permission-set-licenses'),
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
  ['/profiles', Profiles],
  ['/permission-sets', PermissionSets],
  ['/permission-sets/new', NewPermissionSet],
  ['/permission-set-licenses', PermissionSetLicenses],
  ['/login-history', LoginHistory],
  ['/audit-trail', AuditTrail],
  ['/oauth-usage', OAuthUsage],
  ['/remote-sites', RemoteSites],
  ['/objects', ObjectManager],
  ['/data', DataPage],
  ['/bulk-jobs', BulkJobs],
  ['/system-overview', SystemOverview],
  ['/faults', Faults],
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
          {({ id = '', object = '' }: Partial<Params>) => <Shown key={id + object} id={id} object={object} />}
        </Route>
      ))}
      <Route>
        <NotFound product={text.product} />
      </Route>
    </Switch>
  );
}
