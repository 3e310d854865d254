/** A stage for the walkthroughs of Setup: an org in a box with its pages, a browser, and an administrator in front of it. */
import { createLog } from '../../src/base/index.ts';
import { type OrgSettings, openOrg, type Setup } from '../../src/org/index.ts';
import { launchChromium } from './chromium.ts';
import { openPerson } from './person.ts';

export type StageSettings = { setup?: Setup; width?: number; height?: number; clock?: OrgSettings['clock'] };

export type Stage = Awaited<ReturnType<typeof openSetupStage>>;

export async function openSetupStage({ setup, width, height, clock }: StageSettings = {}) {
  await using opened = new AsyncDisposableStack();
  const org = opened.use(await openOrg({ setup, clock, log: createLog({ level: 'silent' }) }));
  const url = await org.listen();
  const browser = await launchChromium();
  opened.defer(() => browser.close());
  const size = { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
  const person = opened.use(await openPerson({ browser, url, ...size }));
  const { username = '', password = '' } = org.firstAdministrator ?? {};
  const logIn = async (path = '/setup/') => {
    await person.page.goto(path);
    await person.fill('Username', username);
    await person.fill('Password', password);
    await person.press('Log In');
  };
  const moved = opened.move();
  return {
    org,
    url,
    browser,
    person,
    username,
    password,
    logIn,
    token: (key: string, secret: string) => askForToken(url, key, secret),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

/** As W7 does: the token endpoint's status and answer. */
async function askForToken(url: string, key: string, secret: string) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: key, client_secret: secret });
  const answer = await fetch(`${url}/services/oauth2/token`, { method: 'POST', body });
  return { status: answer.status, json: (await answer.json()) as Record<string, string> };
}
