/** The integrate API mounted in an org in a box as an Apex REST class: who has a Salesforce token needs no other. */
import type { Hub } from '../hub/index.ts';
import type { ApexHandler } from '../org/index.ts';

/** As it stands in the setup of the org: `/services/apexrest/sluice/V4/integrate`, and `…/V4/calls/ID`. */
export const integrateClass = {
  name: 'SluiceIntegrate',
  urlMapping: '/sluice/V4/*',
  methods: ['GET', 'POST'],
} as const;

/** Below the instance url, as the addresses that Salesforce itself answers with. */
const base = '/services/apexrest/sluice';

/**
 * Answers calls of the class by this hub. The org has checked session and class access; to the hub each user is a caller of its own,
 * `Apex: USERNAME`, who may use all interfaces.
 *
 * @example openOrg({ setup: { apexClasses: [integrateClass] }, apexRest: { SluiceIntegrate: integrateInOrg(hub) } })
 */
export function integrateInOrg({ integrate }: Pick<Hub, 'integrate'>): ApexHandler {
  return async ({ method, rest, query: search, headers, body, user, organizationId }) => {
    const identity = `apex ${organizationId} ${user.id}`;
    const caller = { identity, name: `Apex: ${user.username}`, interfaces: null };
    const call = /^calls\/([^/]+)$/.exec(rest)?.[1];
    if (method === 'POST' && rest === 'integrate')
      return plain(await integrate.take({ caller, search: search.toString(), headers, body, base }));
    if (method === 'GET' && call !== undefined) return plain(await integrate.show({ caller, call, search, base }));
    return nothingHere;
  };
}

type Said = Awaited<ReturnType<Hub['integrate']['take']>>;

const plain = ({ status, contentType, headers, body }: Said) => ({
  status,
  body,
  headers: { 'Content-Type': contentType, ...headers },
});

const nothingHere = {
  status: 404,
  body: JSON.stringify({
    errors: [{ field: null, message: 'There is nothing at this address.', next: 'POST to …/sluice/V4/integrate.' }],
  }),
};
