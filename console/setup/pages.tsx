/** Which page stands at which address; each is loaded when it is first opened. */
import { lazyPage, type PageAt, PageSwitch, type Params } from '../ui/pages.tsx';
import type { AssignableKind } from './rights/assignable.ts';
import type { HolderKind } from './rights/holder.ts';
import { text } from './text.ts';

type PageOfParams = PageAt<Params>;

const Home = lazyPage(() => import('./home/home.tsx'), 'Home');
const AppManager = lazyPage(() => import('./apps/app-manager.tsx'), 'AppManager');
const ConnectedApps = lazyPage(() => import('./apps/connected-apps.tsx'), 'ConnectedApps');
const NewConnectedApp = lazyPage(() => import('./apps/new-app.tsx'), 'NewConnectedApp');
const NewExternalClientApp = lazyPage(() => import('./apps/new-app.tsx'), 'NewExternalClientApp');
const ExternalClientApps = lazyPage(() => import('./apps/external-client-apps.tsx'), 'ExternalClientApps');
const ExternalClientApp = lazyPage(() => import('./apps/external-client-app.tsx'), 'ExternalClientApp');
const ViewApp = lazyPage(() => import('./apps/view-app.tsx'), 'ViewApp');
const SavedApp = lazyPage(() => import('./apps/saved-app.tsx'), 'SavedApp');
const EditApp = lazyPage(() => import('./apps/edit-app.tsx'), 'EditApp');
const ManageApp = lazyPage(() => import('./apps/manage-app.tsx'), 'ManageApp');
const EditPolicies = lazyPage(() => import('./apps/edit-policies.tsx'), 'EditPolicies');
const ConsumerDetailsPage = lazyPage(() => import('./apps/consumer-details.tsx'), 'ConsumerDetailsPage');
const TryIt = lazyPage(() => import('./apps/try-it.tsx'), 'TryIt');
const PreAuthorized = lazyPage(() => import('./apps/pre-authorized.tsx'), 'PreAuthorized');
const Users = lazyPage(() => import('./users/users.tsx'), 'Users');
const NewUser = lazyPage(() => import('./users/new-user.tsx'), 'NewUser');
const ViewUser = lazyPage(() => import('./users/view-user.tsx'), 'ViewUser');
const EditUser = lazyPage(() => import('./users/edit-user.tsx'), 'EditUser');
const Profiles = lazyPage(() => import('./rights/lists.tsx'), 'Profiles');
const PermissionSets = lazyPage(() => import('./rights/lists.tsx'), 'PermissionSets');
const PermissionSetLicenses = lazyPage(() => import('./rights/lists.tsx'), 'PermissionSetLicenses');
const NewProfile = lazyPage(() => import('./rights/new-profile.tsx'), 'NewProfile');
const NewPermissionSet = lazyPage(() => import('./rights/new-permission-set.tsx'), 'NewPermissionSet');
const ViewHolder = lazyPage(() => import('./rights/view-holder.tsx'), 'ViewHolder');
const ObjectSettings = lazyPage(() => import('./rights/object-settings.tsx'), 'ObjectSettings');
const ViewObjectSettings = lazyPage(() => import('./rights/object-settings.tsx'), 'ViewObjectSettings');
const EditObjectSettings = lazyPage(() => import('./rights/edit-object-settings.tsx'), 'EditObjectSettings');
const EditSystemPermissions = lazyPage(() => import('./rights/edit-names.tsx'), 'EditSystemPermissions');
const EditApexClasses = lazyPage(() => import('./rights/edit-names.tsx'), 'EditApexClasses');
const EditLoginHours = lazyPage(() => import('./rights/edit-login-hours.tsx'), 'EditLoginHours');
const EditLoginIpRanges = lazyPage(() => import('./rights/login-ip-ranges.tsx'), 'EditLoginIpRanges');
const Assignments = lazyPage(() => import('./rights/assignments.tsx'), 'Assignments');
const AddAssignment = lazyPage(() => import('./rights/add-assignment.tsx'), 'AddAssignment');
const LoginHistory = lazyPage(() => import('./history/histories.tsx'), 'LoginHistory');
const AuditTrail = lazyPage(() => import('./history/histories.tsx'), 'AuditTrail');
const OAuthUsage = lazyPage(() => import('./history/oauth-usage.tsx'), 'OAuthUsage');
const AppTokens = lazyPage(() => import('./history/app-tokens.tsx'), 'AppTokens');
const RemoteSites = lazyPage(() => import('./history/remote-sites.tsx'), 'RemoteSites');
const ObjectManager = lazyPage(() => import('./data/object-manager.tsx'), 'ObjectManager');
const ViewObject = lazyPage(() => import('./data/object-manager.tsx'), 'ViewObject');
const DataPage = lazyPage(() => import('./data/data-page.tsx'), 'DataPage');
const EditRecord = lazyPage(() => import('./data/edit-record.tsx'), 'EditRecord');
const BulkJobs = lazyPage(() => import('./data/bulk-jobs.tsx'), 'BulkJobs');
const SystemOverview = lazyPage(() => import('./data/bulk-jobs.tsx'), 'SystemOverview');
const Faults = lazyPage(() => import('./data/faults.tsx'), 'Faults');
const Outbox = lazyPage(() => import('./outbox/outbox.tsx'), 'Outbox');

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
  ['/profiles/:id/login-hours', EditLoginHours],
  ['/profiles/:id/login-ip-ranges', EditLoginIpRanges],
  ...pagesOfHolder('profiles'),
  ...pagesOfHolder('permission-sets'),
  ...pagesOfAssignable('permission-sets'),
  ...pagesOfAssignable('permission-set-licenses'),
];

const pages: readonly PageAt[] = [
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
  ['/profiles/new', NewProfile],
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

export const Pages = () => <PageSwitch pages={pages} pagesOfId={pagesOfId} product={text.product} />;
