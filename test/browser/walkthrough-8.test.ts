/** Walkthrough 8: an interface and its mapping, made, tested, scheduled and saved; edited by two people at once, compared and restored; and one out of Salesforce. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openSalesforce } from '../../src/salesforce/index.ts';
import {
  fillShops,
  type InterfacesStage,
  interfaceNamed,
  leaveDialog,
  openInterfacesStage,
} from './interfaces-stage.ts';
import { tabTo, withKeyboardAlone } from './keyboard.ts';
import type { Person } from './person.ts';

let stage: InterfacesStage;

before(async () => {
  stage = await openInterfacesStage();
});

after(() => stage[Symbol.asyncDispose]());

type Hands = {
  how: 'mouse' | 'keys';
  /** A place of its own in the integration. */
  sequence: number;
  of: (person: Person) => Person;
  /** A line from a source to a target. */
  tie: (person: Person, source: string, target: string) => Promise<void>;
  /** With the caret in the formula. */
  goTo: (person: Person, box: ReturnType<Person['find']>) => Promise<void>;
};

const allHands: readonly Hands[] = [
  {
    how: 'mouse',
    sequence: 4,
    of: (person) => person,
    tie: ({ page }, source, target) =>
      page.locator(`[data-source="${source}"]`).dragTo(page.locator(`[data-target="${target}"]`)),
    goTo: (_, box) => box.click(),
  },
  {
    how: 'keys',
    sequence: 5,
    of: withKeyboardAlone,
    tie: (person, source, target) => person.choose(`Source of ${target}`, source),
    goTo: ({ page }, box) => tabTo(page, box),
  },
];

for (const hands of allHands)
  test(`an interface is made, mapped, tested, scheduled and saved by ${hands.how} alone`, async () => {
    const name = `shops-by-${hands.how}`;
    const person = hands.of(await stage.enter('/interfaces'));
    const { page } = person;
    await person.comesTo('Interfaces');
    await person.follow('New');
    await person.comesTo('New Interface');
    await fillShops(person, name);
    await person.choose('Operation Type', 'Insert');
    await person.fill('Sequence', String(hands.sequence));
    await person.choose('Processing Mode', 'Bulk');
    await person.fill('Max Number of Retry', '2');
    await person.choose('Status', 'Deployed');
    await person.find('heading', 'Columns of shop').waitFor();
    await person.reads('Required and not mapped: Name.');
    await hands.tie(person, 'name', 'Name');
    await person.choose('Source of AccountNumber', 'number');
    assert.equal(await person.find('combobox', 'Source of Name').inputValue(), 'column:name');
    await page.locator('.wires path').nth(1).waitFor({ state: 'attached' });
    await person.choose('Source of NumberOfEmployees', 'Formula');
    await writeFormula(person, hands);
    await person.choose('Source of Type', 'kind');
    await mapValues(person);
    await person.comesTo('New Interface');
    await testAndKeep(person);
    await person.choose('Runs', 'By cron');
    await person.fill('Cron', '0 6 * * 1-5');
    await person.enterName('Time Zone', 'Europe/Berlin');
    await page.getByRole('region', { name: 'Next Five Runs' }).getByRole('listitem').nth(4).waitFor();
    await person.comesTo('New Interface');
    await person.tick('Mapped and required only');
    await person.comesTo('New Interface');
    await person.picture('mapping', { from: person.find('heading', 'Mapping'), height: 1130 });
    await person.press('Save');
    await person.reads(`${name} was saved as version 1.`);
    await person.comesTo(name);
    await assertKept(name, hands.sequence);
  });

async function assertKept(name: string, sequence: number): Promise<void> {
  const { definition } = await interfaceNamed(stage, name);
  const { tests, ...rest } = definition;
  assert.deepEqual(rest, {
    ...{ name, integration: 'Retail', type: 'inbound', sequence, status: 'deployed', maxRetries: 2 },
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
}

/** A mistake is marked where it is, what does not fit the field is said, and names are completed. */
async function writeFormula(person: Person, { goTo }: Hands): Promise<void> {
  const { page } = person;
  const box = person.find('textbox', 'Formula');
  await goTo(person, box);
  await person.fill('Formula', 'ROUNT(people * 2, 0)');
  await person.reads(/Line 1, column 1: .*ROUNT.*ROUND/);
  assert.equal(await page.locator('.formula mark').textContent(), 'ROUNT');
  await person.fill('Formula', 'UPPER(name)');
  await person.reads('Gives Text, and the field holds Number: use TEXT, VALUE or DATEVALUE.');
  await person.fill('Formula', '');
  await page.keyboard.type('roun');
  await takeFirst(person, /^ROUND /);
  await page.keyboard.type('peop');
  await takeFirst(person, /^people /);
  await page.keyboard.type(' * 2, 0)');
  await person.reads('Gives Number.');
  assert.equal(await box.inputValue(), 'ROUND(people * 2, 0)');
  await leaveDialog(person, 'Done');
}

/** Of what is offered. */
async function takeFirst({ page }: Person, name: RegExp): Promise<void> {
  await page.getByRole('option', { name }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
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

const both = {
  ...{ integration: 'Retail', connection: 'acme', source: { table: 'shop' }, object: 'Account' },
  ...{ operation: 'insert', mapping: { Name: 'name', Phone: 'number' } },
};

for (const hands of allHands)
  test(`two people edit at once: the second is told what differs, and loses nothing, by ${hands.how} alone`, async () => {
    const { call } = stage;
    const name = `both-by-${hands.how}`;
    const made = await call('POST', '/interfaces', { definition: { name, ...both } });
    assert.equal(made.status, 201, JSON.stringify(made.errors));
    const { id } = made.json;
    const second = hands.of(await stage.enter(`/interfaces/${id}/edit`));
    await second.comesTo(`Edit ${name}`);
    await second.fill('Max Number of Retry', '9');
    const first = hands.of(await stage.enter(`/interfaces/${id}/edit`));
    await first.comesTo(`Edit ${name}`);
    await first.choose('Source of Phone', 'kind');
    await first.choose('Status', 'Deployed');
    await first.press('Save');
    await first.reads(`${name} was saved as version 2.`);
    await second.press('Save');
    await second.reads(/ saved version 2 while you were editing/);
    await second.find('table', 'What differs').getByText('mapping.Phone').waitFor();
    await second.page.reload();
    await second.comesTo(`Edit ${name}`);
    await second.reads(/ saved version 2 while you were editing/);
    assert.equal(await second.find('textbox', 'Max Number of Retry').inputValue(), '9');
    await second.press('Keep Mine, Take the Rest');
    await second.press('Save');
    await second.reads(`${name} was saved as version 3.`);
    await second.comesTo(name);
    const saved = (await call('GET', `/interfaces/${id}`)).json.definition;
    assert.deepEqual([saved.maxRetries, saved.status, saved.mapping.Phone], [9, 'deployed', 'kind']);
    await compareAndRestore(second);
    const restored = (await call('GET', `/interfaces/${id}`)).json;
    assert.deepEqual([restored.version, restored.definition.mapping.Phone], [4, 'number']);
  });

/** Of three versions the first. */
async function compareAndRestore(person: Person): Promise<void> {
  await person.press('Compare version 1 with the newest');
  await person.find('dialog', 'Version 1 and version 3').getByText('mapping.Phone').waitFor();
  await leaveDialog(person, 'Close');
  await person.press('Restore version 1');
  await person.find('alertdialog', 'Restore version 1?').waitFor();
  await person.press('Restore');
  await person.reads('Version 1 was restored.');
}

for (const hands of allHands)
  test(`an interface takes records into a table that is to be created, and is tested on them, by ${hands.how} alone`, async () => {
    const { org } = stage;
    const name = `accounts-out-by-${hands.how}`;
    const { url: myDomainUrl, consumerKey, consumerSecret } = org;
    await using salesforce = openSalesforce({ myDomainUrl, consumerKey, consumerSecret });
    await salesforce.saveCollection({ operation: 'insert', object: 'Account', records: [{ Name: 'Acme One' }] });
    const person = hands.of(await stage.enter('/interfaces/new', { width: 360 }));
    const { page } = person;
    await person.comesTo('New Interface');
    await person.fill('Name', name);
    await person.choose('Integration', 'Retail');
    await person.choose('Type', 'Outbound');
    await person.choose('Connection', 'acme');
    await person.enterName('Source Name', 'Account');
    await person.choose('Operation Type', 'Query');
    await person.enterName('Table', 'account_copy');
    await person.tick('Create Table');
    for (const field of ['Id', 'Name']) {
      await person.enterName('Field of Salesforce', field);
      await person.press('Add Column');
    }
    await person.press('Test Mapping');
    await person.find('table', 'Sample rows and their result').getByText('Acme One').first().waitFor();
    await person.reads('The table is not there yet.');
    await person.comesTo('New Interface');
    const widest = (await page.evaluate('document.documentElement.scrollWidth')) as number;
    assert.ok(widest <= 360, `the page is ${widest} pixels wide`);
    await person.press('Save');
    await person.comesTo(name);
    const { definition } = await interfaceNamed(stage, name);
    assert.deepEqual(definition, {
      ...{ name, integration: 'Retail', type: 'outbound', sequence: definition.sequence },
      ...{ status: 'undeployed', connection: 'acme', object: 'Account', operation: 'query' },
      ...{ fields: ['Id', 'Name'], target: { table: 'account_copy', create: true } },
    });
    await person.press('Delete');
    await person.find('alertdialog', `Delete ${name}?`).waitFor();
    await person.press('Delete');
    await person.reads(`${name} was deleted.`);
    assert.equal(await interfaceNamed(stage, name), undefined);
  });
