/** The authorization code grant (RFC 6749 section 4.1) with PKCE (RFC 7636): a code is taken once, by the app it was made for. */
import { hash, randomUUID, timingSafeEqual } from 'node:crypto';
import { accessSteps, appSteps } from '../access-steps.ts';
import { createRandomText } from '../access-token.ts';
import { authenticateUnless } from '../client-authentication.ts';
import type { Refusal } from '../dialect/dialect.ts';
import { type Exchange, found, type Parts, type Step } from '../exchange.ts';

export const authorizationCodeSteps: readonly Step[] = [
  authenticateUnless(({ userFlows }) => userFlows?.secretRequiredForCode === false),
  ...appSteps,
  checkFlowOn,
  takeCode,
  checkRedirectUri,
  checkCodeVerifier,
  findUser,
  ...accessSteps,
  addGrant,
];

function checkFlowOn({ client }: Exchange): Refusal | undefined {
  return client?.userFlows?.authorizationCode ? undefined : 'flow not enabled';
}

/** A code that comes a second time was stolen by one of the two: what was made of it ends (RFC 6749 section 4.1.2). */
async function takeCode(exchange: Exchange, parts: Parts): Promise<Refusal | undefined> {
  const code = exchange.parameters.get('code');
  if (!code) return 'parameter missing';
  const grantId = randomUUID();
  const taken = await found(parts.grants).takeCode(digestOf(code), grantId);
  if (taken === undefined) return 'code invalid';
  if ('usedFor' in taken) {
    await endGrant(taken.usedFor, parts);
    return 'code invalid';
  }
  const isForClient = taken.code.clientId === exchange.client?.id;
  if (!isForClient || taken.code.expiresAt <= parts.clock.now()) return 'code invalid';
  exchange.code = taken.code;
  exchange.grantId = grantId;
  exchange.grantedScopes = taken.code.scopes;
  return undefined;
}

function checkRedirectUri({ code, parameters }: Exchange): Refusal | undefined {
  const sent = parameters.get('redirect_uri');
  if (sent === undefined) return code?.redirectUriSent ? 'redirect uri differs' : undefined;
  return sent === code?.redirectUri ? undefined : 'redirect uri differs';
}

/** A verifier where there was no challenge is refused too: somebody has cut the challenge out (RFC 9700 section 4.8.2). */
function checkCodeVerifier({ code, parameters, client, provedBy }: Exchange, { dialect }: Parts): Refusal | undefined {
  const verifier = parameters.get('code_verifier');
  const challenge = code?.codeChallenge;
  if (challenge === undefined) {
    const isRequired = client?.userFlows?.pkceRequired !== false || provedBy === undefined;
    return isRequired || verifier !== undefined ? 'code verifier wrong' : undefined;
  }
  if (verifier === undefined || !/^[A-Za-z0-9._~-]{43,}$/.test(verifier)) return 'code verifier wrong';
  if (verifier.length > dialect.pkce.longestVerifier) return 'code verifier wrong';
  return isSame(hash('sha256', verifier, 'base64url'), challenge) ? undefined : 'code verifier wrong';
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}

function findUser(exchange: Exchange, { subjects }: Parts): Refusal | undefined {
  const subject = subjects?.findSubject(exchange.code?.userId ?? '');
  if (subject === undefined) return 'code invalid';
  exchange.subject = subject;
  return undefined;
}

/** Written down before the answer leaves. The grants that it pushes out end with their tokens. */
async function addGrant(exchange: Exchange, parts: Parts): Promise<undefined> {
  const { dialect, clock } = parts;
  const { client, subject, scopes = [] } = exchange;
  const isKept = client?.userFlows?.refreshTokenPolicy?.kind !== 'zero' && dialect.givesRefreshToken(scopes);
  const now = clock.now();
  const refreshToken = createRandomText();
  const bound = { appId: found(client).appId, userId: found(subject).id, scopes };
  const grant = { id: found(exchange.grantId), digest: digestOf(refreshToken), ...bound };
  const times = { createdAt: now, lastUsedAt: now };
  const ended = await found(parts.grants).addGrant({ ...grant, ...times }, dialect.grantsPerUserAndApp);
  for (const id of ended) await endGrant(id, parts);
  if (isKept) exchange.refreshToken = refreshToken;
  return undefined;
}

/** The grant, and every access token that came of it. */
export async function endGrant(id: string, { grants, tokens }: Pick<Parts, 'grants' | 'tokens'>): Promise<void> {
  await grants?.endGrant(id);
  await tokens.revokeWhere(({ grantId }) => grantId === id);
}

/** Codes and refresh tokens are kept as this. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url');
}
