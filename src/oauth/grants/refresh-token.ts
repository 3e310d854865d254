/** The refresh token grant (RFC 6749 section 6), with rotation as a setting of the app (RFC 9700 section 4.14). */
import { accessSteps, appSteps } from '../access-steps.ts';
import { createRandomText } from '../access-token.ts';
import { authenticateUnless } from '../client-authentication.ts';
import type { UserFlows } from '../client-store.ts';
import type { Refusal } from '../dialect/dialect.ts';
import { type Exchange, found, type Parts, type Step } from '../exchange.ts';
import type { GrantRecord } from '../grant-store.ts';
import { digestOf, endGrant } from './authorization-code.ts';

export const refreshTokenSteps: readonly Step[] = [
  authenticateUnless(({ userFlows }) => userFlows?.secretRequiredForRefresh === false),
  ...appSteps,
  findGrant,
  findUser,
  ...accessSteps,
  useGrant,
];

/** A token that was replaced was stolen by one of the two who have it: the grant ends. */
async function findGrant(exchange: Exchange, parts: Parts): Promise<Refusal | undefined> {
  const refreshToken = exchange.parameters.get('refresh_token');
  if (!refreshToken) return 'parameter missing';
  const known = await found(parts.grants).findGrant(digestOf(refreshToken));
  if (known === undefined || known.grant.appId !== exchange.client?.appId) return 'refresh token invalid';
  const { grant, replaced } = known;
  if (replaced || hasEnded(grant, exchange.client.userFlows, parts.clock.now())) {
    await endGrant(grant.id, parts);
    return 'refresh token invalid';
  }
  exchange.grant = grant;
  exchange.grantId = grant.id;
  exchange.grantedScopes = grant.scopes;
  return undefined;
}

/** Whether the app's refresh token policy has ended it. */
export function hasEnded(grant: GrantRecord, userFlows: UserFlows | undefined, now: number): boolean {
  const policy = userFlows?.refreshTokenPolicy;
  if (policy === undefined) return false;
  if (policy.kind === 'zero') return true;
  return now >= (policy.kind === 'lifetime' ? grant.createdAt : grant.lastUsedAt) + policy.ms;
}

function findUser(exchange: Exchange, { subjects }: Parts): Refusal | undefined {
  const subject = subjects?.findSubject(exchange.grant?.userId ?? '');
  if (subject === undefined) return 'refresh token invalid';
  exchange.subject = subject;
  return undefined;
}

/** Last of all, so that a refusal uses nothing up. An app without a secret always gets a new token (RFC 9700 section 2.2.2). */
async function useGrant(exchange: Exchange, parts: Parts): Promise<Refusal | undefined> {
  const { id, digest } = found(exchange.grant);
  const rotates = exchange.client?.userFlows?.refreshTokenRotation || exchange.provedBy === undefined;
  const refreshToken = rotates ? createRandomText() : undefined;
  const newDigest = refreshToken && digestOf(refreshToken);
  const isUsed = await found(parts.grants).useGrant({ id, digest, newDigest, at: parts.clock.now() });
  if (!isUsed) {
    await endGrant(id, parts);
    return 'refresh token invalid';
  }
  if (refreshToken !== undefined) exchange.refreshToken = refreshToken;
  return undefined;
}
