/** A run goes on only in the org it began in: elsewhere its jobs are not known, and its rows would be taken for lost. */
import { SluiceError } from '../base/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Salesforce } from '../salesforce/index.ts';
import { getRun } from './run-report.ts';

/** Whether it has just begun: no token of its own has been taken by an org yet. */
export function isInNoOrganization({ ledger, run }: Pick<Stay, 'ledger' | 'run'>): boolean {
  return getRun(ledger, run).organizationId === null;
}

type Stay = { ledger: Ledger; run: number; salesforce: Salesforce; signal: AbortSignal };

/** Notes the org of a run that has just begun, once Salesforce has taken a token of it. Errors: ORGANIZATION_CHANGED, and what signing in throws. */
export async function stayInOrganization({ ledger, run, salesforce, signal }: Stay): Promise<void> {
  const { organizationId } = await salesforce.accessToken({ signal });
  const { organizationId: before, interface: name } = getRun(ledger, run);
  if (before === null) return await ledger.signedIn(run, organizationId);
  if (before.slice(0, 15) === organizationId.slice(0, 15)) return;
  throw new SluiceError('ORGANIZATION_CHANGED', { run, interface: name, before, now: organizationId });
}
