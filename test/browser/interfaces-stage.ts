/** A stage for the pages of interfaces: a hub with an integration and a connection, its agent, an org, a table of shops, and somebody logged in. */
import assert from 'node:assert/strict';
import { runSql } from '../postgres.ts';
import { openConnectionStage } from '../whole/connections-stage.ts';
import { launchChromium } from './chromium.ts';
import { openPerson, type Person } from './person.ts';

const shops = `create table shop (number text primary key, name text, people integer, kind text);
insert into shop values ('S-1', 'Lima', 7, 'A'), ('S-2', 'Oslo', null, 'B'), ('S-3', null, 3, 'A')`;

type Entering = { width?: number; height?: number; as?: { username: string; password: string } };

export async function openInterfacesStage() {
  await using opened = new AsyncDisposableStack();
  const stage = await openConnectionStage();
  opened.defer(() => stage.close());
  const { hub, call, postgres, connection, administratorPassword } = stage;
  await runSql(postgres, shops);
  const made = await call('POST', '/connections', connection('acme'));
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  assert.equal((await call('POST', '/integrations', { name: 'Retail' })).status, 201);
  const browser = await launchChromium();
  opened.defer(() => browser.close());
  const administrator = { username: hub.firstAdministrator?.username ?? '', password: administratorPassword };
  const people: Person[] = [];
  opened.defer(async () => {
    for (const person of people) await person[Symbol.asyncDispose]();
  });
  /** In a browser of their own. */
  async function enter(path: string, { as = administrator, ...size }: Entering = {}): Promise<Person> {
    const person = await openPerson({ browser, url: hub.url, ...size });
    people.push(person);
    await person.page.goto(path);
    await person.fill('Username', as.username);
    await person.fill('Password', as.password);
    await person.press('Log In');
    return person;
  }
  const moved = opened.move();
  return { ...stage, enter, [Symbol.asyncDispose]: () => moved.disposeAsync() };
}

export type InterfacesStage = Awaited<ReturnType<typeof openInterfacesStage>>;

/** As the hub has it. */
export async function interfaceNamed({ call }: InterfacesStage, name: string) {
  const { json } = await call('GET', `/interfaces?search=${name}`);
  return json.rows.find((row: { definition: { name: string } }) => row.definition.name === name);
}

/** The page behind it can be used again. */
export async function leaveDialog(person: Person, button: string): Promise<void> {
  await person.press(button);
  await person.page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** What moves, from where to where: shops into accounts. */
export async function fillShops(person: Person, name: string): Promise<void> {
  await person.fill('Name', name);
  await person.choose('Integration', 'Retail');
  await person.choose('Type', 'Inbound');
  await person.choose('Connection', 'acme');
  await person.enterName('Table', 'shop');
  await person.enterName('Source Name', 'Account');
}
