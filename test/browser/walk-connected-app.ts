/** Steps of the walkthroughs that come again: filling in a connected app, and getting at its key and secret. */
import type { Person } from './person.ts';
import type { Stage } from './setup-stage.ts';

type NewApp = { name: string; scopes: readonly string[]; callback?: string };

/** Fills in the form; it is not saved. */
export async function newConnectedApp(
  person: Person,
  { name, scopes, callback = 'https://acme.example/callback' }: NewApp,
) {
  await person.fill('Connected App Name', name);
  await person.fill('Contact Email', 'admin@acme.example');
  const oauth = person.find('checkbox', 'Enable OAuth Settings');
  if (!(await oauth.isChecked())) await person.tick('Enable OAuth Settings');
  await person.fill('Callback URL', callback);
  for (const scope of scopes) {
    await person.mark('Available OAuth Scopes', scope);
    await person.press('Add');
    await person.find('listbox', 'Selected OAuth Scopes').getByRole('option', { name: scope, exact: true }).waitFor();
  }
}

/** From the page of an app through Verify Your Identity to key and secret. */
export async function openDetails(person: Person): Promise<void> {
  await person.follow('Manage Consumer Details');
  await verifyIdentity(person);
}

/** With the code read on the Outbox page. */
export async function verifyIdentity(person: Person): Promise<void> {
  await person.find('heading', 'Verify Your Identity').waitFor();
  await person.comesTo('Consumer Details');
  await person.follow('Open the Outbox');
  await person.comesTo('Outbox');
  const mail =
    (await person.page
      .getByText(/Verification code: \d{6}/)
      .first()
      .textContent()) ?? '';
  await person.page.goBack();
  await person.fill('Verification Code', /Verification code: (\d{6})/.exec(mail)?.[1] ?? '');
  await person.press('Verify');
  await person.find('heading', 'Consumer Key and Secret').waitFor();
  await person.comesTo('Consumer Details');
}

/** The pair in use, as the page shows it. */
export async function shownPair({ find }: Person): Promise<{ key: string; secret: string }> {
  const textOf = async (name: string) => ((await find('status', name).first().textContent()) ?? '').trim();
  return { key: await textOf('Consumer Key'), secret: await textOf('Consumer Secret') };
}

/** Of the newest mail, read over the API in the session of the browser. */
export async function codeInOutbox({ person, url }: Stage): Promise<string> {
  const answer = await person.context.request.get(`${url}/setup/api/outbox`);
  const { rows } = (await answer.json()) as { rows: { text: string }[] };
  return /Verification code: (\d{6})/.exec(rows[0]?.text ?? '')?.[1] ?? '';
}
