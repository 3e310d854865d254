/** The menu of the Console. */
import type { TreeGroup } from '../ui/quick-find.tsx';
import { text } from './text.ts';

const { pages } = text;
const { groups } = pages;

/** What stands below an address belongs to it. */
const entry = (label: string, to: string) => ({ label, to, covers: [to] });

export const tree: readonly TreeGroup[] = [
  {
    label: '',
    entries: [
      { label: pages.home, to: '/' },
      entry(pages.board, '/control-board'),
      entry(pages.runs, '/runs'),
      entry(pages.messages, '/messages'),
    ],
  },
  {
    label: groups.data,
    entries: [
      entry(pages.integrations, '/integrations'),
      entry(pages.interfaces, '/interfaces'),
      entry(pages.backup, '/backup'),
    ],
  },
  {
    label: groups.connect,
    entries: [
      entry(pages.remoteSites, '/remote-sites'),
      entry(pages.connections, '/connections'),
      entry(pages.agents, '/agents'),
    ],
  },
  {
    label: groups.access,
    entries: [
      entry(pages.apiClients, '/api-clients'),
      entry(pages.people, '/people'),
      entry(pages.ownPassword, '/own-password'),
    ],
  },
  {
    label: groups.keeping,
    entries: [entry(pages.auditTrail, '/audit-trail'), entry(pages.retention, '/retention')],
  },
];
