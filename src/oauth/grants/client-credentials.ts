/** The client credentials grant (RFC 6749 section 4.4), at Salesforce on behalf of the run-as user. */
import { accessSteps, appSteps } from '../access-steps.ts';
import { authenticateClient } from '../client-authentication.ts';
import type { Refusal } from '../dialect/dialect.ts';
import type { Exchange, Parts, Step } from '../exchange.ts';

export const clientCredentialsSteps: readonly Step[] = [
  checkDomain,
  authenticateClient,
  ...appSteps,
  checkFlowEnabled,
  checkFlowAllowed,
  findRunAsUser,
  ...accessSteps,
];

/** Salesforce gives this grant on the My Domain only, not on its login hosts. */
function checkDomain({ request: { headers } }: Exchange, { isMyDomain }: Parts): Refusal | undefined {
  return isMyDomain === undefined || isMyDomain(headers.host ?? '') ? undefined : 'wrong domain';
}

function checkFlowEnabled({ client }: Exchange): Refusal | undefined {
  return client?.clientCredentialsEnabled ? undefined : 'flow not enabled';
}

function checkFlowAllowed({ client }: Exchange): Refusal | undefined {
  return client?.policies?.clientCredentialsAllowed === false ? 'flow not allowed by policy' : undefined;
}

function findRunAsUser(exchange: Exchange, { dialect }: Parts): Refusal | undefined {
  const subject = exchange.client && dialect.subjectOf(exchange.client);
  if (subject === undefined) return 'no run-as user';
  exchange.subject = subject;
  return undefined;
}
