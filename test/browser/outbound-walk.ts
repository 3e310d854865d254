/** What is done again and again where records come out of Salesforce: an interface made in its form, changed, and run by Manual Process, with the mouse or by keyboard alone. */
import assert from 'node:assert/strict';
import { openSalesforce } from '../../src/salesforce/index.ts';
import { enterByKeys, withKeyboardAlone } from './keyboard.ts';
import type { Person } from './person.ts';
import type { RunStage } from './run-stage.ts';

/** With their hands on the mouse, or not. */
export type Hands = { person: Person; offer(label: string, value: string): Promise<void> };

export const ways = [
  [
    'by mouse',
    (person: Person): Hands => ({ person, offer: (label, value) => person.find('combobox', label).fill(value) }),
  ],
  [
    'by keyboard alone',
    (person: Person): Hands => ({
      person: withKeyboardAlone(person),
      offer: (label, value) => enterByKeys(person.page, person.find('combobox', label), value),
    }),
  ],
] as const;

type Changes = { insert?: readonly object[]; update?: readonly object[]; delete?: readonly object[] };

/** Behind the back of whoever looks. */
export async function changeRecords({ org }: RunStage, object: string, changes: Changes): Promise<void> {
  const { url, consumerKey, consumerSecret } = org;
  await using salesforce = openSalesforce({ myDomainUrl: url, consumerKey, consumerSecret });
  for (const [operation, records] of Object.entries(changes)) {
    const asked = { operation: operation as keyof Changes, object, records: records as never };
    const outcomes = await salesforce.saveCollection(asked);
    assert.deepEqual(
      outcomes.filter(({ success }) => !success),
      [],
    );
  }
}

export type Wish = { name: string; object: string; table: string; deleted: string; changes: string };

/** New Interface, out of Salesforce into a table that is not there yet. */
export async function makeOutbound({ person, offer }: Hands, wish: Wish): Promise<void> {
  await person.open('interfaces', 'Interfaces');
  await person.comesTo('Interfaces');
  await person.follow('New');
  await person.comesTo('New Interface');
  await person.fill('Name', wish.name);
  await person.choose('Integration', 'Shops');
  await person.choose('Type', 'Outbound');
  await person.choose('Connection', 'box');
  await person.choose('Status', 'Deployed');
  await offer('Source Name', wish.object);
  await person.choose('Operation Type', 'Query All');
  await person.choose('Changes', wish.changes);
  await offer('Table', wish.table);
  await person.tick('Create Table');
  await person.choose('Deleted Records', wish.deleted);
  await person.press('Save');
  await person.comesTo(wish.name);
}

export async function setChanges({ person }: Hands, name: string, changes: string): Promise<void> {
  await person.open('interfaces', 'Interfaces');
  await person.comesTo('Interfaces');
  await person.follow(`Edit ${name}`);
  await person.comesTo(`Edit ${name}`);
  await person.choose('Changes', changes);
  await person.press('Save');
  await person.comesTo(name);
}

type HowMuch = { full?: boolean };

export async function startRun({ person }: Hands, name: string, { full = false }: HowMuch = {}) {
  await person.open('board', 'Agent Control Board');
  await person.comesTo('Agent Control Board');
  await person
    .find('row', new RegExp(`Tick ${name}|${name}`))
    .getByText('Outbound', { exact: true })
    .first()
    .waitFor();
  await person.tick(`Tick ${name}`);
  if (full) await person.tick('Everything, not only what changed');
  await person.press('Manual Process');
  return person.find('region', `Progress of ${name}`);
}

/** Manual Process, to the page of the run once it has ended so. */
export async function runOnce(hands: Hands, name: string, status: string, howMuch: HowMuch = {}): Promise<void> {
  const { person } = hands;
  const shown = await startRun(hands, name, howMuch);
  await shown.getByText(status, { exact: true }).waitFor();
  const title = (await shown.getByRole('link').first().textContent()) ?? '';
  await person.follow(title);
  await person.comesTo(title);
}

/** What the merge did, as the page of the run says it. */
export async function inTarget({ person }: Hands): Promise<Record<string, string>> {
  const pairs = person.find('region', 'In the target').locator('dl > div');
  const texts = await pairs.evaluateAll((found) =>
    found.map((one) => [one.querySelector('dt')?.textContent ?? '', one.querySelector('dd')?.textContent ?? '']),
  );
  return Object.fromEntries(texts) as Record<string, string>;
}
