/** An org in a box for one test file, and a client that has signed in to it. */
import { after } from 'node:test';
import { type Clock, createLog } from '../../src/base/index.ts';
import { openOrg, parseSetupFile } from '../../src/org/index.ts';
import { openSalesforce } from '../../src/salesforce/index.ts';
import { orgSetup, type Reachable } from './stage.ts';

/** It has the stage's objects, listens, and is closed after the tests of the file. */
export async function openOrgStage({ clock }: { clock?: Clock } = {}) {
  const org = await openOrg({ setup: parseSetupFile(orgSetup), clock, log: createLog({ level: 'silent' }) });
  const { consumerKey, consumerSecret } = org;
  const reachable: Reachable = { url: await org.listen(), consumerKey, consumerSecret };
  const salesforce = openSalesforce({ ...reachable, myDomainUrl: reachable.url });
  after(async () => {
    await salesforce[Symbol.asyncDispose]();
    await org.close();
  });
  return { reachable, salesforce };
}
