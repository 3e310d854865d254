/** Where the pages of an app stand: those of a connected app and of an external client app are at addresses of their own. */
import type { App } from '../api.ts';

type Kind = App['kind'];

const baseOf: Readonly<Record<Kind, string>> = {
  connectedApp: '/apps',
  externalClientApp: '/external-client-apps',
};

export function addressesOf({ id, kind }: { id: string; kind: Kind }) {
  const view = `${baseOf[kind]}/${id}`;
  return {
    list: baseOf[kind],
    view,
    edit: `${view}/edit`,
    policies: `${view}/policies`,
    manage: kind === 'connectedApp' ? `${view}/manage` : `${view}?tab=policies`,
    settings: kind === 'connectedApp' ? view : `${view}?tab=settings`,
    details: `${view}/consumer-details`,
    profiles: `${view}/profiles`,
    permissionSets: `${view}/permission-sets`,
    tryIt: `${view}/try-it`,
  };
}
