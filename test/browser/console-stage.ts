/** A stage for the walkthroughs of the Console: hub, agent, org and database as they are in the tests of connections, and a browser in front of the hub. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAgent } from '../../src/agent/index.ts';
import { createLog } from '../../src/base/index.ts';
import { openConnectionStage } from '../whole/connections-stage.ts';
import { launchChromium } from './chromium.ts';
import { openPerson } from './person.ts';

export type ConsoleStage = Awaited<ReturnType<typeof openConsoleStage>>;

/** `pingStepMs`: see `openConnectionStage`. */
export async function openConsoleStage({ width, ...pinging }: { width?: number; pingStepMs?: number } = {}) {
  await using opened = new AsyncDisposableStack();
  const stage = await openConnectionStage(pinging);
  opened.defer(() => stage.close());
  const browser = await launchChromium();
  opened.defer(() => browser.close());
  const size = width === undefined ? {} : { width };
  const person = opened.use(await openPerson({ browser, url: stage.hub.url, ...size }));
  const logIn = async (path = '/', username = 'admin', password = stage.administratorPassword) => {
    await person.page.goto(path);
    await person.fill('Username', username);
    await person.fill('Password', password);
    await person.press('Log In');
  };
  /** An agent that asks the hub for its work, once it has been heard of. */
  const dialIn = async (code: string) => {
    const agent = await openAgent({
      folder: join(stage.folder, 'dialled'),
      version: '1',
      hub: { url: stage.hub.url, code },
      log: createLog({ level: 'silent' }),
    });
    while (!(await stage.call('GET', '/agents')).json.rows[0]?.connected) await sleep(20);
    return agent;
  };
  const moved = opened.move();
  return { ...stage, browser, person, logIn, dialIn, [Symbol.asyncDispose]: () => moved.disposeAsync() };
}
