/** The username-password grant (RFC 6749 section 4.3): off, unless an app is set up for it; RFC 9700 section 2.4 forbids it. */
import { hash } from 'node:crypto';
import { accessSteps, appSteps } from '../access-steps.ts';
import { authenticateClient } from '../client-authentication.ts';
import type { Refusal } from '../dialect/dialect.ts';
import type { Exchange, Parts, Step } from '../exchange.ts';

export const passwordSteps: readonly Step[] = [
  authenticateClient,
  ...appSteps,
  checkFlowOn,
  checkPassword,
  ...accessSteps,
];

function checkFlowOn({ client }: Exchange, { subjects }: Parts): Refusal | undefined {
  return client?.userFlows?.password && subjects?.checkPassword !== undefined ? undefined : 'password flow blocked';
}

/** Guessed passwords lock the user's name from that address, as guessed secrets do an app. */
async function checkPassword(exchange: Exchange, { subjects, lockOut }: Parts): Promise<Refusal | undefined> {
  const { parameters, request } = exchange;
  const username = parameters.get('username') ?? '';
  const password = parameters.get('password') ?? '';
  const name = `user ${hash('sha256', username.toLowerCase(), 'base64')}`;
  if (lockOut.waitMs(name, request.remoteAddress) > 0) return 'wrong password';
  const subject = await subjects?.checkPassword?.(username, password);
  if (subject === undefined) {
    lockOut.failed(name, request.remoteAddress, hash('sha256', password, 'buffer'));
    return 'wrong password';
  }
  lockOut.succeeded(name, request.remoteAddress);
  exchange.subject = subject;
  return undefined;
}
