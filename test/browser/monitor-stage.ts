/** A stage for the pages of messages: a hub with messages of each kind, and somebody in front of its Console. */
import { openHubInTest } from '../../src/hub/hub-in-test.ts';
import {
  addRun,
  openBesideInTest,
  refusedRow,
  reportRows,
  sentRow,
  unknownRow,
} from '../../src/hub/store/messages-in-test.ts';
import { launchChromium } from './chromium.ts';
import { openPerson } from './person.ts';

/** As many as fill more than one page. */
const wentThrough = 60;

export async function openMonitor(width = 1280) {
  await using opened = new AsyncDisposableStack();
  const hub = opened.use(await openHubInTest());
  const beside = opened.use(await openBesideInTest(hub.folder, hub.clock));
  const run = await addRun(beside);
  const good = Array.from({ length: wentThrough }, (_, at) => ({ ...sentRow, key: `A-${at}` }));
  const checked = { ...refusedRow('R-3'), rejectedBy: 'sluice' as const, reason: 'Name has no value, and needs one.' };
  await reportRows(beside, run, [...good, refusedRow('R-1'), refusedRow('R-2'), checked, unknownRow('U-1')]);
  const url = await hub.hub.listen();
  const browser = await launchChromium();
  opened.defer(() => browser.close());
  const person = opened.use(await openPerson({ browser, url, width }));
  const logIn = async (
    path: string,
    as: { username: string; password: string } | undefined = hub.hub.firstAdministrator,
  ) => {
    const { username = '', password = '' } = as ?? {};
    await person.page.goto(path);
    await person.fill('Username', username);
    await person.fill('Password', password);
    await person.press('Log In');
  };
  const find = async (query: string) => (await hub.call('GET', `/messages?${query}`)).json.rows;
  const moved = opened.move();
  return { hub, run, person, logIn, find, [Symbol.asyncDispose]: () => moved.disposeAsync() };
}
