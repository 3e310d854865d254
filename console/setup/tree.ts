/** The menu of Setup, in the groups its users know. */
import type { TreeGroup } from '../ui/quick-find.tsx';
import { text } from './text.ts';

const { home, apps, connectedApps, externalClientApps, users, outbox, groups } = text.pages;

export const tree: readonly TreeGroup[] = [
  { label: '', entries: [{ label: home, to: '/' }] },
  {
    label: groups.apps,
    entries: [
      { label: apps, to: '/apps', covers: ['/apps'] },
      { label: connectedApps, to: '/connected-apps' },
    ],
  },
  {
    label: groups.externalClientApps,
    entries: [{ label: externalClientApps, to: '/external-client-apps', covers: ['/external-client-apps'] }],
  },
  { label: groups.users, entries: [{ label: users, to: '/users', covers: ['/users'] }] },
  { label: groups.email, entries: [{ label: outbox, to: '/outbox' }] },
];
