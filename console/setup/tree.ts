/** The menu of Setup, in the groups its users know. */
import type { TreeGroup } from '../ui/quick-find.tsx';
import { text } from './text.ts';

const { home, apps, connectedApps, externalClientApps, users, outbox, groups, ...pages } = text.pages;

/** What Manage Connected Apps leads to, though it lies below the app. */
const ofManage = ['manage', 'policies', 'profiles', 'permission-sets'].map((page) => `/apps/:id/${page}`);

export const tree: readonly TreeGroup[] = [
  { label: '', entries: [{ label: home, to: '/' }] },
  {
    label: groups.apps,
    entries: [
      { label: apps, to: '/apps', covers: ['/apps'], leaves: ofManage },
      { label: connectedApps, to: '/connected-apps', covers: ofManage },
      { label: pages.oauthUsage, to: '/oauth-usage', covers: ['/oauth-usage'] },
    ],
  },
  {
    label: groups.externalClientApps,
    entries: [{ label: externalClientApps, to: '/external-client-apps', covers: ['/external-client-apps'] }],
  },
  {
    label: groups.users,
    entries: [
      { label: users, to: '/users', covers: ['/users'] },
      { label: pages.profiles, to: '/profiles', covers: ['/profiles'] },
      { label: pages.permissionSets, to: '/permission-sets', covers: ['/permission-sets'] },
      { label: pages.licenses, to: '/permission-set-licenses', covers: ['/permission-set-licenses'] },
    ],
  },
  { label: groups.identity, entries: [{ label: pages.loginHistory, to: '/login-history' }] },
  {
    label: groups.security,
    entries: [
      { label: pages.remoteSites, to: '/remote-sites' },
      { label: pages.auditTrail, to: '/audit-trail' },
    ],
  },
  {
    label: groups.data,
    entries: [
      { label: pages.objectManager, to: '/objects', covers: ['/objects'] },
      { label: pages.data, to: '/data', covers: ['/data'] },
    ],
  },
  {
    label: groups.environments,
    entries: [
      { label: pages.bulkJobs, to: '/bulk-jobs' },
      { label: pages.limits, to: '/system-overview' },
      { label: pages.faults, to: '/faults' },
    ],
  },
  { label: groups.email, entries: [{ label: outbox, to: '/outbox' }] },
];
