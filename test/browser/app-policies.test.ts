import assert from 'node:assert/strict';
import { test } from 'node:test';
import selfsigned from 'selfsigned';
import { parseSetupFile } from '../../src/org/index.ts';
import { bothWays } from './keyboard.ts';
import type { Person } from './person.ts';
import { openSetupStage, type Stage } from './setup-stage.ts';
import { codeInOutbox } from './walk-connected-app.ts';

const setup = parseSetupFile(`users:
  - { username: admin@acme.example, lastName: Admin, profile: System Administrator }
  - { username: machine@acme.example, lastName: Machine, profile: Salesforce API Only System Integrations }
connectedApps:
  - name: Loader
    contactEmail: admin@acme.example
    callbackUrls: ['https://acme.example/callback']
    scopes: [api]
    clientCredentials: { enabled: true, runAs: machine@acme.example }
externalClientApps:
  - name: Warehouse
    callbackUrls: ['https://acme.example/callback']
    scopes: [api]
    installed: false
    clientCredentials: { enabled: true, allowed: true, runAs: machine@acme.example }
`);

/** What is refused though the app lacks nothing says where to look. */
async function tryInVain(stage: Stage, person: Person): Promise<void> {
  await person.follow('Try It');
  await person.find('textbox', 'Verification Code').waitFor();
  await person.fill('Verification Code', await codeInOutbox(stage));
  await person.press('Verify');
  await person.press('Send Token Request');
  await person.reads('The token endpoint refused');
  await person.reads(/^The app lacks nothing\..*Trusted IP Ranges/);
  await person.find('cell', 'ip restricted').waitFor();
  await person.comesTo('Try It');
  await person.follow('Its logins');
  await person.find('cell', 'Restricted IP').first().waitFor();
  await person.page.goBack();
  await person.follow('Done');
}

for (const [how, hands] of bothWays) {
  test(`addresses are trusted by app and by profile, and the token endpoint keeps to it, ${how}`, async () => {
    await using stage = await openSetupStage({ setup });
    const { org } = stage;
    const person = hands(stage.person);
    const ask = async () => (await stage.token(org.consumerKey, org.consumerSecret)).json.error_description;
    await stage.logIn('/setup/connected-apps');
    await person.follow('Edit Loader');
    await person.press('Add IP Range');
    await person.fill('Start IP Address 1', '10.0.0.9');
    await person.fill('End IP Address 1', '10.0.0.1');
    await person.press('Save');
    await person.reads(/10\.0\.0\.9 to 10\.0\.0\.1 is no range of IP addresses from low to high/);
    await person.comesTo('Edit Policies of Loader');
    await person.fill('End IP Address 1', '10.0.0.20');
    await person.fill('Description 1', 'Data center');
    await person.choose('Refresh Token Policy', 'Expire refresh token after');
    await person.press('Save');
    await person.reads('It does not say how many. Enter a whole number from 1 to 9999.');
    await person.fill('How Many', '30');
    await person.choose('Hours, Days or Months', 'Days');
    await person.press('Save');
    await person.comesTo('Loader');
    await person.reads('10.0.0.9 – 10.0.0.20 (Data center)');
    await person.reads('Expire refresh token after 30 days');
    assert.equal(await ask(), 'ip restricted');
    await person.follow('View');
    await tryInVain(stage, person);
    await person.follow('Manage');
    await person.follow('Edit Policies');
    await person.press('Add IP Range');
    await person.fill('Start IP Address 2', '127.0.0.1');
    await person.press('Remove IP Range 1');
    await person.press('Save');
    await person.comesTo('Loader');
    assert.equal(await ask(), undefined);

    await person.open('profile', 'Profiles');
    await person.follow('Salesforce API Only System Integrations');
    await person.reads('No restriction: from any address.');
    await person.follow('Edit Login IP Ranges');
    await person.comesTo('Edit Login IP Ranges');
    await person.press('Add IP Range');
    await person.fill('Start IP Address 1', 'home');
    await person.press('Save');
    await person.reads(/home to home is no range of IP addresses/);
    await person.comesTo('Edit Login IP Ranges');
    await person.fill('Start IP Address 1', '192.168.0.1');
    await person.press('Save');
    await person.comesTo('Salesforce API Only System Integrations');
    await person.reads('192.168.0.1');
    assert.equal(await ask(), 'ip restricted or invalid login hours');
  });

  test(`an external client app of another org is installed before its key is taken, and uninstalled, ${how}`, async () => {
    await using stage = await openSetupStage({ setup });
    const { url } = stage;
    const person = hands(stage.person);
    await stage.logIn('/setup/external-client-apps');
    await person.follow('Warehouse');
    await person.comesTo('Warehouse');
    await person.follow('Go to Connected Apps OAuth Usage, Install');
    await person.comesTo('Tokens of Warehouse');
    await person.press('Install Warehouse');
    await person.reads('Warehouse is installed in this org.');
    await person.follow('View');
    await person.reads('The client credentials flow is ready');
    await person.open('usage', 'Connected Apps OAuth Usage');
    await person.comesTo('Connected Apps OAuth Usage');
    await person.press('Uninstall Warehouse');
    await person.find('alertdialog', 'Uninstall Warehouse?').waitFor();
    await person.press('Uninstall');
    await person.reads('Not installed');
    const { rows } = (await (await person.context.request.get(`${url}/setup/api/oauth-usage`)).json()) as {
      rows: { app: string; installed: boolean }[];
    };
    assert.equal(rows.find(({ app }) => app === 'Warehouse')?.installed, false);
  });
}

test('digital signatures take a certificate, and nothing else', async () => {
  await using stage = await openSetupStage({ setup });
  const { person, url } = stage;
  const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: 'loader' }], {
    keySize: 2048,
  });
  await stage.logIn('/setup/apps');
  await person.follow('Loader');
  await person.follow('Edit');
  for (const wrong of ['not a certificate', key]) {
    await person.fill('Use digital signatures', wrong);
    await person.press('Save');
    await person.reads(/neither a certificate nor a public key in PEM form/);
  }
  await person.comesTo('Edit Loader');
  await person.fill('Use digital signatures', cert);
  await person.press('Save');
  await person.comesTo('Loader');
  const { rows } = (await (await person.context.request.get(`${url}/setup/api/apps`)).json()) as {
    rows: { id: string; name: string }[];
  };
  const id = rows.find(({ name }) => name === 'Loader')?.id;
  const app = (await (await person.context.request.get(`${url}/setup/api/apps/${id}`)).json()) as {
    certificate: string;
  };
  assert.equal(app.certificate.trim(), cert.trim());
});
