/**
 * A browser without a screen: opens the address it is given, fills in what the page asks for by its labels, allows the app, and
 * follows where that leads. Username and password are the lines of the file in SLUICE_TEST_LOGIN.
 */
import { readFile } from 'node:fs/promises';

const [username, password] = (await readFile(process.env.SLUICE_TEST_LOGIN, 'utf8')).split('\n');
let cookie = '';

async function visit(address, form) {
  const headers = {
    ...(cookie === '' ? {} : { cookie }),
    ...(form === undefined ? {} : { origin: new URL(address).origin }),
  };
  const sent = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
  const answer = await fetch(address, { headers, redirect: 'manual', ...sent });
  cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? cookie;
  return { address, answer, page: await answer.text() };
}

/** The name of the field that stands behind a label. */
function fieldOf(page, label) {
  const id = new RegExp(`<label for="([^"]+)">${label}</label>`).exec(page)?.[1];
  const field = new RegExp(`<input id="${id}" name="([^"]+)"`).exec(page)?.[1];
  if (field === undefined) throw new Error(`the page has no field ${label}`);
  return field;
}

function buttonOf(page, label) {
  const button = new RegExp(`<button ([^>]*)>${label}</button>`).exec(page)?.[1];
  if (button === undefined) throw new Error(`the page has no button ${label}`);
  const [, name, value] = /name="([^"]+)" value="([^"]+)"/.exec(button) ?? [];
  return name === undefined ? {} : { [name]: value };
}

/** What the form holds already, and where it goes. */
function formOf({ page, address }) {
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1].replaceAll('&amp;', '&');
  const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]+)"/g)];
  return {
    action: new URL(action, address).href,
    fields: Object.fromEntries(hidden.map(([, name, value]) => [name, value])),
  };
}

async function submit(shown, given) {
  const { action, fields } = formOf(shown);
  return visit(action, { ...fields, ...given });
}

let shown = await visit(process.argv[2]);
if (shown.page.includes('>Log In</button>'))
  shown = await submit(shown, {
    [fieldOf(shown.page, 'Username')]: username,
    [fieldOf(shown.page, 'Password')]: password,
    ...buttonOf(shown.page, 'Log In'),
  });
if (shown.page.includes('>Allow</button>')) shown = await submit(shown, buttonOf(shown.page, 'Allow'));
cookie = '';
while (shown.answer.headers.has('location')) {
  shown = await visit(new URL(shown.answer.headers.get('location'), shown.address).href);
}
