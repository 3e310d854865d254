/** What stands behind a token that somebody asks about: found without counting as a use, and only while it may still act. */

import { mayStillAct } from './access-steps.ts';
import { endOf, type TokenRecord } from './access-token.ts';
import type { Client, Subject } from './client-store.ts';
import type { TokenFacts } from './dialect/dialect.ts';
import type { Parts } from './exchange.ts';
import type { GrantRecord } from './grant-store.ts';
import { digestOf } from './grants/authorization-code.ts';
import { hasEnded } from './grants/refresh-token.ts';

/** The facts of an access token; undefined when it is not live or not the asking app's to see. */
export function findAccessTokenFacts(token: string, asking: Client, parts: Parts): TokenFacts | undefined {
  const record = parts.tokens.peek(token);
  if (record === undefined) return undefined;
  const client = clientOf(record, asking, parts);
  if (client === undefined) return undefined;
  const scopes = record.scopes ?? parts.dialect.scopesOf(client, { userPresent: false });
  const { issuedAt, userId } = record;
  return factsOf({ kind: 'access_token', issuedAt, client, scopes, expiresAt: endOf(record) }, userId, parts);
}

/** The facts of a refresh token in force. */
export async function findRefreshTokenFacts(
  token: string,
  asking: Client,
  parts: Parts,
): Promise<TokenFacts | undefined> {
  const known = await parts.grants?.findGrant(digestOf(token));
  if (known === undefined || known.replaced) return undefined;
  const client = clientOf(known.grant, asking, parts);
  if (client === undefined || hasEnded(known.grant, client.userFlows, parts.clock.now())) return undefined;
  const { createdAt: issuedAt, userId, scopes } = known.grant;
  const expiresAt = endOfGrant(known.grant, client);
  return factsOf({ kind: 'refresh_token', issuedAt, client, scopes, expiresAt }, userId, parts);
}

function endOfGrant({ createdAt, lastUsedAt }: GrantRecord, { userFlows }: Client): number | undefined {
  const policy = userFlows?.refreshTokenPolicy;
  if (policy === undefined || policy.kind === 'zero') return undefined;
  return (policy.kind === 'lifetime' ? createdAt : lastUsedAt) + policy.ms;
}

/** An app sees its own tokens, and those of others only when it was set up to. */
function clientOf({ appId }: Pick<TokenRecord, 'appId'>, asking: Client, { clients }: Parts): Client | undefined {
  if (appId === asking.appId) return asking;
  return asking.introspectAll ? clients.findClientByAppId?.(appId) : undefined;
}

function factsOf(
  facts: Omit<TokenFacts, 'subject'>,
  userId: string,
  { subjects, dialect }: Parts,
): TokenFacts | undefined {
  const subject = subjects?.findSubject(userId) ?? knownTo(dialect.subjectOf(facts.client), userId);
  return subject !== undefined && mayStillAct(facts.client, subject) ? { ...facts, subject } : undefined;
}

function knownTo(subject: Subject | undefined, userId: string): Subject | undefined {
  return subject?.id === userId ? subject : undefined;
}
