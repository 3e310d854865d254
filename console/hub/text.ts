/** All words of the Console: those of all pages here, those of each area in a file of its own in `text`, gathered here. */
import { agents } from './text/agents.ts';
import { apiClients } from './text/api-clients.ts';
import { auditTrail } from './text/audit-trail.ts';
import { backup } from './text/backup.ts';
import { connections } from './text/connections.ts';
import { home } from './text/home.ts';
import { integrations } from './text/integrations.ts';
import { interfaces } from './text/interfaces.ts';
import { messageText } from './text/messages.ts';
import { people } from './text/people.ts';
import { remoteSites } from './text/remote-sites.ts';
import { retention } from './text/retention.ts';
import { boardText, runText } from './text/runs.ts';

export const text = {
  product: 'Console',
  logOut: 'Log Out',
  save: 'Save',
  edit: 'Edit',
  editOf: (name: string) => `Edit ${name}`,
  new: 'New',
  delete: 'Delete',
  deleteOf: (name: string) => `Delete ${name}?`,
  done: 'Done',
  saved: (what: string) => `${what} was saved.`,
  deleted: (what: string) => `${what} was deleted.`,
  shownOnce: 'Copy it now: it is shown this once, and kept nowhere it could be read.',
  changed: 'Last Modified',
  changedBy: 'Last Modified By',
  begin: { newConnection: 'New Connection', newIntegration: 'New Integration' },
  states: { active: 'Active', inactive: 'Inactive' },
  roles: { administrator: 'Administrator', operator: 'Operator', viewer: 'Viewer' },
  onlyFor: {
    title: 'Not for your role',
    says: {
      administrator: 'This page is for administrators.',
      operator: 'This page is for operators and administrators.',
      viewer: 'This page is for everybody.',
    },
    next: {
      administrator: 'Log in again.',
      operator: 'You are an operator here. Ask an administrator to do it, or to change your role.',
      viewer: 'You are a viewer here. Ask an administrator to do it, or to change your role.',
    },
  },
  logIn: {
    title: 'Log In to the Console',
    lead: 'The hub printed the administrator and the password when it was started for the first time.',
    username: 'Username',
    password: 'Password',
    logIn: 'Log In',
    wait: (seconds: number) => `Wait ${seconds} s`,
  },
  pages: {
    home: 'Home',
    messages: messageText.title,
    board: boardText.title,
    runs: runText.title,
    integrations: 'Integrations',
    interfaces: 'Interfaces',
    backup: 'Back Up Objects',
    remoteSites: 'Remote Sites',
    connections: 'Connections',
    agents: 'Agents',
    apiClients: 'API Clients',
    people: 'People',
    ownPassword: 'Change My Password',
    auditTrail: 'Audit Trail',
    retention: 'Retention',
    groups: { data: 'Data', connect: 'Connect', access: 'Access', keeping: 'Records of the Hub' },
  },
  home,
  agents,
  apiClients,
  auditTrail,
  backup,
  connections,
  integrations,
  interfaces,
  people,
  remoteSites,
  retention,
} as const;
