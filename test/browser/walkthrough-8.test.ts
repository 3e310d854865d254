import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openSalesforce } from '../../src/salesforce/index.ts';
import { enterName, openInterfacesStage } from './interfaces-stage.ts';
import { tabTo, withKeyboardAlone } from './keyboard.ts';
import type { Person } from './person.ts';

let stage: Awaited<ReturnType<typeof openInterfacesStage>>;

before(async () => {
  stage = await openInterfacesStage();
});

after(() => stage[Symbol.asyncDispose]());

async function interfaceNamed(name: string) {
  const { json } = await stage.call('GET', `/interfaces?search=${name}`);
  return json.rows.find((row: { definition: { name: string } }) => row.definition.name === name);
}

/** The page behind it can be used again. */
async function leaveDialog(person: Person, button: string): Promise<void> {
  await person.press(button);
  await person.page.getByRole('dialog').waitFor({ state: 'detached' });
}

async function drag(person: Person, source: string, target: string): Promise<void> {
  const { page } = person;
  await page.locator(`[data-source="${source}"]`).dragTo(page.locator(`[data-target="${target}"]`));
}

async function fillShops(person: Person, name: string): Promise<void> {
  await person.fill('Name', name);
  await person.choose('Integration', 'Retail');
  await person.choose('Type', 'Inbound');
  await person.choose('Connection', 'acme');
  await enterName(person, 'Table', 'shop');
  await enterName(person, 'Source Name', 'Account');
}

test('an interface is made, mapped by mouse and by keys, tested, scheduled and saved', async () => {
  const person = await stage.enter('/interfaces');
  const { page } = person;
  await person.comesTo('Interfaces');
  await person.reads('There is no interface yet.');
  await person.follow('New');
  await person.comesTo('New Interface');
  await fillShops(person, 'shops');
  await person.choose('Operation Type', 'Insert');
  await person.fill('Sequence', '4');
  await person.choose('Processing Mode', 'Bulk');
  await person.fill('Max Number of Retry', '2');
  await person.choose('Status', 'Deployed');
  await person.find('heading', 'Columns of shop').waitFor();
  await person.reads('Required and not mapped: Name.');
  await drag(person, 'name', 'Name');
  await person.choose('Source of AccountNumber', 'number');
  assert.equal(await person.find('combobox', 'Source of Name').inputValue(), 'column:name');
  await page.locator('.wires path').nth(1).waitFor({ state: 'attached' });
  await person.choose('Source of NumberOfEmployees', 'Formula');
  await writeFormula(person);
  await person.choose('Source of Type', 'kind');
  await mapValues(person);
  await person.comesTo('New Interface');
  await testAndKeep(person);
  await person.choose('Runs', 'By cron');
  await person.fill('Cron', '0 6 * * 1-5');
  await enterName(person, 'Time Zone', 'Europe/Berlin');
  await page.getByRole('region', { name: 'Next Five Runs' }).getByRole('listitem').nth(4).waitFor();
  await person.comesTo('New Interface');
  await person.picture('interface-new');
  await person.press('Save');
  await person.comesTo('shops');
  await person.reads('shops was saved as version 1.');
  const { definition } = await interfaceNamed('shops');
  const { tests, ...rest } = definition;
  assert.deepEqual(rest, {
    ...{ name: 'shops', integration: 'Retail', type: 'inbound', sequence: 4, status: 'deployed', maxRetries: 2 },
    schedule: { cron: '0 6 * * 1-5', timeZone: 'Europe/Berlin' },
    ...{ connection: 'acme', source: { table: 'shop' }, object: 'Account', operation: 'insert', mode: 'bulk' },
    columns: { people: 'Number' },
    mapping: {
      Name: 'name',
      AccountNumber: 'number',
      NumberOfEmployees: { formula: 'ROUND(people * 2, 0)' },
      Type: { column: 'kind', map: { A: 'Prospect' }, otherwise: { default: 'Other' }, nulls: { default: 'Other' } },
    },
  });
  assert.deepEqual(tests[0].row, { number: 'S-1', name: 'Lima', people: 7, kind: 'A' });
  assert.deepEqual(tests[0].expect, { Name: 'Lima', AccountNumber: 'S-1', NumberOfEmployees: '14', Type: 'Prospect' });
});

async function writeFormula(person: Person): Promise<void> {
  const { page } = person;
  const box = person.find('textbox', 'Formula');
  await box.fill('ROUNT(people * 2, 0)');
  await person.reads(/Line 1, column 1: .*ROUNT.*ROUND/);
  assert.equal(await page.locator('.formula mark').textContent(), 'ROUNT');
  await box.fill('UPPER(name)');
  await person.reads('Gives Text, and the field holds Number: use TEXT, VALUE or DATEVALUE.');
  await box.fill('');
  await box.pressSequentially('roun');
  await page.getByRole('option', { name: /^ROUND / }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await box.pressSequentially('peop');
  await page.getByRole('option', { name: /^people / }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await box.pressSequentially(' * 2, 0)');
  await person.reads('Gives Number.');
  assert.equal(await box.inputValue(), 'ROUND(people * 2, 0)');
  await leaveDialog(person, 'Done');
}

async function mapValues(person: Person): Promise<void> {
  await person.press('Details of Type');
  await person.press('Add Value');
  await person.fill('Value 1', 'A');
  await person.fill('Becomes 1', 'Prospect');
  await person.choose('Other Values', 'Use a default');
  await person.fill('Default for Other Values', 'Other');
  await person.choose('Null Policy', 'Use a default');
  await person.fill('Default for a Null', 'Other');
  await leaveDialog(person, 'Done');
}

async function testAndKeep(person: Person): Promise<void> {
  const { page } = person;
  await person.press('Test Mapping');
  const table = person.find('table', 'Sample rows and their result');
  await table.getByText('REQUIRED_FIELD_MISSING: Required fields are missing: [Name]').waitFor();
  assert.equal(await table.getByText('Sent', { exact: true }).count(), 2);
  await person.press('Keep as Test Case: row 1');
  await page.getByText('1 test case is kept.').waitFor();
}

test('each wrong turn is told at its place', async () => {
  const person = await stage.enter('/interfaces/new');
  await person.comesTo('New Interface');
  await fillShops(person, 'wrong');
  await person.find('heading', 'Fields of Account').waitFor();
  await person.choose('Source of Name', 'name');
  await enterName(person, 'Salesforce External ID', 'Phone');
  await person.press('Save');
  await person.reads('Phone is neither Id nor an external id of Account.');
  await person.comesTo('New Interface');
  await person.choose('Operation Type', 'Insert');
  await person.choose('Processing Mode', 'Synchronous');
  await person.press('Save');
  await person.reads(
    /Processing Mode is synchronous for an insert without a key by which a lost answer can be looked up/,
  );
  await person.choose('Processing Mode', 'Auto');
  await person.choose('Source of Phone', 'Formula');
  await person.find('textbox', 'Formula').fill('UPPER(people)');
  await person.reads(/Line 1, column 7: .*Number/);
  await person.find('textbox', 'Formula').fill('UPPER(nam');
  await leaveDialog(person, 'Done');
  await person.press('Save');
  await person.reads(
    /mapping\.Phone is not usable: line 1, column 1 of its formula: the bracket of UPPER is never closed/,
  );
  await person.comesTo('New Interface');
  await person.press('Details of Phone');
  await leaveDialog(person, 'Take Out of the Mapping');
  await person.choose('Source of NumberOfEmployees', 'name');
  await person.press('Test Mapping');
  await person.reads(/INVALID_TYPE_ON_FIELD_IN_RECORD|INVALID_NUMBER|not a valid number|value not of required type/);
  await person.fill('Sequence', 'first');
  await person.press('Save');
  await person.reads('Sequence is no whole number.');
  await person.fill('Sequence', '');
  await person.choose('Runs', 'By cron');
  await person.fill('Cron', '99 6 * * *');
  await person.reads(/cron cannot be read/i);
  await person.comesTo('New Interface');
  assert.equal(await interfaceNamed('wrong'), undefined);
});

test('two people edit at once: the second is told what differs, and loses nothing', async () => {
  const { call } = stage;
  const definition = {
    ...{ name: 'both', integration: 'Retail', connection: 'acme', source: { table: 'shop' }, object: 'Account' },
    ...{ operation: 'insert', mapping: { Name: 'name', Phone: 'number' } },
  };
  const made = await call('POST', '/interfaces', { definition });
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  const { id } = made.json;
  const second = await stage.enter(`/interfaces/${id}/edit`);
  await second.comesTo('Edit both');
  await second.fill('Max Number of Retry', '9');
  const first = await stage.enter(`/interfaces/${id}/edit`);
  await first.comesTo('Edit both');
  await first.choose('Source of Phone', 'kind');
  await first.choose('Status', 'Deployed');
  await first.press('Save');
  await first.reads('both was saved as version 2.');
  await second.press('Save');
  await second.reads(/ saved version 2 while you were editing/);
  const table = second.find('table', 'What differs');
  await table.getByText('mapping.Phone').waitFor();
  await second.page.reload();
  await second.comesTo('Edit both');
  await second.reads(/ saved version 2 while you were editing/);
  assert.equal(await second.find('textbox', 'Max Number of Retry').inputValue(), '9');
  await second.press('Keep Mine, Take the Rest');
  await second.press('Save');
  await second.reads('both was saved as version 3.');
  await second.comesTo('both');
  const saved = (await call('GET', `/interfaces/${id}`)).json.definition;
  assert.deepEqual([saved.maxRetries, saved.status, saved.mapping.Phone], [9, 'deployed', 'kind']);
  await second.press('Compare version 1 with the newest');
  await second.find('dialog', 'Version 1 and version 3').getByText('mapping.Phone').waitFor();
  await leaveDialog(second, 'Close');
  await second.press('Restore version 1');
  await second.press('Restore');
  await second.reads('Version 1 was restored.');
  const restored = (await call('GET', `/interfaces/${id}`)).json;
  assert.deepEqual([restored.version, restored.definition.mapping.Phone], [4, 'number']);
});

test('an interface is made, mapped and saved with the keyboard alone', async () => {
  const person = withKeyboardAlone(await stage.enter('/interfaces/new'));
  const { page, find } = person;
  await person.comesTo('New Interface');
  const type = async (label: string, value: string) => {
    await tabTo(page, find('combobox', label));
    await page.keyboard.insertText(value);
  };
  await person.fill('Name', 'by-keys');
  await person.choose('Integration', 'Retail');
  await person.choose('Connection', 'acme');
  await type('Table', 'shop');
  await type('Source Name', 'Account');
  await person.choose('Operation Type', 'Insert');
  await find('heading', 'Fields of Account').waitFor();
  await find('heading', 'Columns of shop').waitFor();
  await person.choose('Source of Name', 'Formula');
  await tabTo(page, find('textbox', 'Formula'));
  await page.keyboard.type('UPPER(nam');
  await page.getByRole('option', { name: /^name / }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type(')');
  await person.reads('Gives Text.');
  await leaveDialog(person, 'Done');
  await person.choose('Source of AccountNumber', 'number');
  await person.press('Test Mapping');
  await find('table', 'Sample rows and their result').waitFor();
  await person.press('Save');
  await person.comesTo('by-keys');
  const { definition } = await interfaceNamed('by-keys');
  assert.deepEqual(definition.mapping, { Name: { formula: 'UPPER(name)' }, AccountNumber: 'number' });
});

test('an outbound interface takes fields into a table that is to be created, and is tested on records', async () => {
  const { org, call } = stage;
  await using salesforce = openSalesforce({
    ...{ myDomainUrl: org.url, consumerKey: org.consumerKey, consumerSecret: org.consumerSecret },
  });
  const records = [{ Name: 'Acme One' }];
  await salesforce.saveCollection({ operation: 'insert', object: 'Account', records });
  const person = await stage.enter('/interfaces/new', { width: 360 });
  const { page } = person;
  await person.comesTo('New Interface');
  await person.fill('Name', 'accounts-out');
  await person.choose('Integration', 'Retail');
  await person.choose('Type', 'Outbound');
  await person.choose('Connection', 'acme');
  await enterName(person, 'Source Name', 'Account');
  await person.choose('Operation Type', 'Query');
  await enterName(person, 'Table', 'account_copy');
  await person.tick('Create Table');
  for (const field of ['Id', 'Name']) {
    await enterName(person, 'Field of Salesforce', field);
    await person.press('Add Column');
  }
  await person.press('Test Mapping');
  await person.find('table', 'Sample rows and their result').getByText('Acme One').first().waitFor();
  await person.reads('The table is not there yet.');
  await person.comesTo('New Interface');
  const widest = (await page.evaluate('document.documentElement.scrollWidth')) as number;
  assert.ok(widest <= 360, `the page is ${widest} pixels wide`);
  await person.press('Save');
  await person.comesTo('accounts-out');
  const { definition } = await interfaceNamed('accounts-out');
  assert.deepEqual(definition, {
    ...{ name: 'accounts-out', integration: 'Retail', type: 'outbound', sequence: definition.sequence },
    ...{ status: 'undeployed', connection: 'acme', object: 'Account', operation: 'query' },
    ...{ fields: ['Id', 'Name'], target: { table: 'account_copy', create: true } },
  });
  assert.equal((await call('DELETE', `/interfaces/${(await interfaceNamed('accounts-out')).id}`)).status, 204);
});
