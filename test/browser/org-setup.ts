/** The org of the walkthroughs: one app, and users that fit and do not fit as Run As. */
import { parseSetupFile, type Setup } from '../../src/org/index.ts';

export function walkedOrg(more = ''): Setup {
  return parseSetupFile(`organization: { name: Acme }
users:
  - { username: admin@acme.example, lastName: Admin, firstName: Ada, profile: System Administrator, email: admin@acme.example }
  - { username: robot@acme.example, lastName: Robot, firstName: Rob, profile: System Administrator, email: robot@acme.example }
  - { username: frozen@acme.example, lastName: Frozen, firstName: Fred, profile: System Administrator, email: f@acme.example, frozen: true }
connectedApps:
  - name: Existing app
    apiName: Existing_app
    callbackUrls: ['https://acme.example/callback']
    scopes: [api]
${more}`);
}
