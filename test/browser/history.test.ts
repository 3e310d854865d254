import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSetupFile } from '../../src/org/index.ts';
import { bothWays } from './keyboard.ts';
import { openSetupStage } from './setup-stage.ts';

const setup = parseSetupFile(`users:
  - { username: admin@acme.example, lastName: Admin, profile: System Administrator }
  - { username: ann@acme.example, lastName: Ann, profile: System Administrator }
connectedApps:
  - { name: Loader, scopes: [api], clientCredentials: { enabled: true, runAs: ann@acme.example } }
`);

for (const [how, hands] of bothWays)
  test(`logins and changes are filtered, linked to, and exported with all that match, ${how}`, async () => {
    await using stage = await openSetupStage({ setup });
    const { org, token } = stage;
    const person = hands(stage.person);
    for (let login = 0; login < 60; login += 1) await token(org.consumerKey, org.consumerSecret);
    await token(org.consumerKey, 'wrong');
    await stage.logIn('/setup/login-history');
    await person.comesTo('Login History');
    await person.reads('The newest 50 of them');
    await person.press('Show Older');
    await person.reads('60 in all');
    await person.fill('Username', 'nobody');
    await person.press('Find');
    await person.reads('Nothing matches.');
    await person.comesTo('Login History');
    await person.press('Clear Filter');
    await person.fill('Username', 'ANN');
    await person.press('Find');
    await person.choose('Application', 'Loader');
    await person.choose('Status', 'Success');
    await person.page.waitForURL(/username=ANN.*application=Loader.*status=Success/);
    await person.page.reload();
    await person.comesTo('Login History');
    assert.equal(await person.find('textbox', 'Username').inputValue(), 'ANN', 'a link opens the filter');
    const saving = person.page.waitForEvent('download');
    await person.press('Export');
    const lines = (await (await (await saving).createReadStream()).toArray()).join('').trim().split('\r\n');
    assert.equal(lines.length, 61, 'all that match, not only those that are shown');
    assert.match(lines[1] ?? '', /,Remote Access 2\.0,OAuth Client Credentials,/);

    await person.open('audit', 'View Setup Audit Trail');
    await person.comesTo('View Setup Audit Trail');
    await person.page.goto('/setup/audit-trail?from=4000000000000');
    await person.reads('Nothing matches.');
    await person.comesTo('View Setup Audit Trail');
  });
