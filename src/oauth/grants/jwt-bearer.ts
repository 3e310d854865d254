/** The JWT bearer grant (RFC 7523 section 2.1): an assertion signed by the app names the user. */
import { accessSteps, appSteps } from '../access-steps.ts';
import { checkAssertion, readAssertion } from '../assertion.ts';
import type { Refusal } from '../dialect/dialect.ts';
import { type Exchange, found, type Parts, type Step } from '../exchange.ts';

export const jwtBearerSteps: readonly Step[] = [
  readBearerAssertion,
  proveAssertion,
  ...appSteps,
  findAssertedUser,
  checkUserApproval,
  ...accessSteps,
];

/** A secret beside the assertion would be a second way of proving the same. */
function readBearerAssertion(exchange: Exchange, { clients }: Parts): Refusal | undefined {
  const { parameters, request } = exchange;
  if (parameters.has('client_assertion') || request.headers.authorization !== undefined)
    return 'two authentication methods';
  const assertion = readAssertion(parameters.get('assertion') ?? '');
  if (assertion === undefined) return 'assertion malformed';
  const { iss } = assertion.claims;
  const sent = parameters.get('client_id');
  if (sent !== undefined && sent !== iss) return 'two authentication methods';
  const client = typeof iss === 'string' ? clients.findClient(iss) : undefined;
  if (client === undefined) return 'unknown client';
  exchange.claimed = client;
  exchange.assertion = assertion;
  return undefined;
}

async function proveAssertion(exchange: Exchange, { dialect, replays, clock }: Parts): Promise<Refusal | undefined> {
  const client = found(exchange.claimed);
  const assertion = found(exchange.assertion);
  const rules = dialect.bearerAssertions;
  const problem = await checkAssertion({ assertion, client, rules, replays, now: clock.now() });
  if (problem !== undefined) return problem;
  exchange.client = client;
  exchange.provedBy = 'assertion';
  return undefined;
}

/** A user nobody knows and one who has approved nothing look alike. */
function findAssertedUser(exchange: Exchange, { subjects }: Parts): Refusal | undefined {
  const username = exchange.assertion?.claims.sub;
  const subject = typeof username === 'string' ? subjects?.findSubjectByUsername(username) : undefined;
  if (subject === undefined) return 'user not approved';
  exchange.subject = subject;
  return undefined;
}

/** No page can ask the user here: an administrator has approved, or the user did so earlier. */
function checkUserApproval({ client, subject }: Exchange, { grants }: Parts): Refusal | undefined {
  if (client?.policies?.isAdminApproved !== undefined) return undefined;
  return grants?.hasGrant(found(client).appId, found(subject).id) ? undefined : 'user not approved';
}
