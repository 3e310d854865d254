/** Walkthrough 8: each wrong turn is answered at its place, by what is wrong and what to do. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  fillShops,
  type InterfacesStage,
  interfaceNamed,
  leaveDialog,
  openInterfacesStage,
} from './interfaces-stage.ts';
import { bothWays } from './keyboard.ts';

let stage: InterfacesStage;

before(async () => {
  stage = await openInterfacesStage();
});

after(() => stage[Symbol.asyncDispose]());

for (const [how, hands] of bothWays)
  test(`each wrong turn is told at its place, ${how}`, async () => {
    const person = hands(await stage.enter('/interfaces/new'));
    await person.comesTo('New Interface');
    await fillShops(person, 'wrong');
    await person.find('heading', 'Fields of Account').waitFor();
    await person.choose('Source of Name', 'name');
    await person.enterName('Salesforce External ID', 'Phone');
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
    await person.fill('Formula', 'UPPER(people)');
    await person.reads(/Line 1, column 7: .*Number/);
    await person.fill('Formula', 'UPPER(nam');
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
    assert.equal(await interfaceNamed(stage, 'wrong'), undefined);
  });

for (const [how, hands] of bothWays)
  test(`what is seldom set stands under Advanced, and each wrong turn there is told at its field, ${how}`, async () => {
    const name = `advanced-${how.replaceAll(' ', '-')}`;
    const person = hands(await stage.enter('/interfaces/new'));
    await person.comesTo('New Interface');
    await fillShops(person, name);
    await person.choose('Operation Type', 'Insert');
    await person.find('heading', 'Fields of Account').waitFor();
    await person.choose('Source of Name', 'name');
    await person.press('Show Advanced');
    await person.fill('Allowed Rejects', 'a few');
    await person.press('Save');
    await person.reads(/Allowed Rejects is neither a number of rows nor a share of them\. Enter a number such as 10/);
    await person.fill('Allowed Rejects', '1%');
    await person.fill('Rows per Upload', 'many');
    await person.press('Save');
    await person.reads(/Rows per Upload is no whole number\./);
    await person.fill('Rows per Upload', '500');
    await person.enterName('Time Zone of the Data', 'Mars/Olympus');
    await person.press('Save');
    await person.reads(/"Mars\/Olympus" is no IANA time zone, such as Europe\/Berlin/);
    await person.comesTo('New Interface');
    await person.enterName('Time Zone of the Data', 'Europe/Oslo');
    await person.choose('Check Before Sending', 'Leave it to Salesforce');
    await person.press('Add Type');
    await person.fill('Name 1', 'people');
    await person.choose('Type 1', 'Number');
    await person.press('Save');
    await person.comesTo(name);
    await person.reads('Europe/Oslo');
    const { definition } = await interfaceNamed(stage, name);
    const { check, allowRejects, chunk, timeZone, columns } = definition;
    assert.deepEqual(
      { check, allowRejects, chunk, timeZone, columns },
      {
        check: 'off',
        allowRejects: '1%',
        chunk: { maxRows: 500 },
        timeZone: 'Europe/Oslo',
        columns: { people: 'Number' },
      },
    );
    await person.follow('Edit');
    await person.comesTo(`Edit ${name}`);
    assert.equal(await person.find('textbox', 'Allowed Rejects').inputValue(), '1%', 'what is set is shown');
  });
