/** Puts the hub's API on its server: who is behind a cookie, and what their role lets them call. */
import type { FastifyInstance } from 'fastify';
import { SluiceError } from '../../base/index.ts';
import { mountApi, type Refusal, refuseCall, type SignedCaller } from '../../web/index.ts';
import type { HubParts } from '../hub-parts.ts';
import type { Role } from '../store/index.ts';
import { type HubCaller, type Operation, rank } from './operation.ts';
import { hubApiBase, hubCookieName, hubOperations } from './operations.ts';

export function mountHubApi(app: FastifyInstance, parts: HubParts): void {
  mountApi<HubParts, HubCaller>(app, {
    base: hubApiBase,
    name: 'the Console',
    operations: hubOperations,
    parts,
    log: parts.log,
    cookie: { name: hubCookieName, path: '/', isSecure: () => parts.url().startsWith('https:') },
    findCaller: (token) => findCaller(parts, token),
    checkRole,
    refusalOf,
  });
}

async function findCaller({ store }: HubParts, token: string): Promise<SignedCaller<HubCaller> | undefined> {
  const session = store.sessions.find(token);
  const person = session && store.people.find(session.personId);
  if (session === undefined || !person?.active) return undefined;
  await store.sessions.used(token, session);
  return { caller: { person, session }, csrfToken: session.csrfToken };
}

/** What has a sentence of its own is told by it. */
function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof SluiceError) || error.code === 'INTERNAL') return undefined;
  const { status, message, next } = error;
  return { status, errors: [{ field: null, message, next }] };
}

/** Operations that name no role are for everybody who is logged in. */
function checkRole({ person }: HubCaller, { role }: Operation): void {
  if (role === undefined || rank[person.role] >= rank[role as Role]) return;
  const message = `You are ${articleOf(person.role)} here; this is for ${articleOf(role)}.`;
  throw refuseCall(403, message, 'Ask an administrator of the hub to do it, or to change your role.');
}

function articleOf(word: string): string {
  return /^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`;
}
