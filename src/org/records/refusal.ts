/** A whole call that the org refuses, thrown inside the org and answered by the front door in Salesforce's form. */
import type { OrgRefusal } from './records.ts';

/** Carries what is to be answered; refusals of single rows are data (`RowError`) and are never thrown. */
export class OrgRefused extends Error {
  readonly refusal: OrgRefusal;

  constructor(refusal: OrgRefusal) {
    super(refusal.message);
    this.name = 'OrgRefused';
    this.refusal = refusal;
  }
}
