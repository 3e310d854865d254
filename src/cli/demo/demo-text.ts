/** What `sluice up --demo` says when it is ready: where everything is, who may log in, and lines to try. */
import type { Hub } from '../../hub/index.ts';
import { remarkOnPages } from '../../web/index.ts';
import type { Demo } from './open-demo.ts';

/** `program`: the word by which it was started, which starts it in another window too. */
type Running = { hub: Hub; demo: Demo; environmentFile: string; program: string };

const sedToken = `sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'`;
const asked = 'integration=Demo&interface=accounts&mode=Asynchronous';
const record = `'{"ext":"A-000001","name":"Sent over the API"}'`;

export function demoLines({ hub, demo, environmentFile, program }: Running): string[] {
  const { org, database, administrator } = demo;
  const { url } = hub;
  const rows = `${database.rows.toLocaleString('en-US')} rows${database.isKept ? '' : ', made anew at each start'}`;
  return [
    `  Org in a box     ${org.url}`,
    `  Setup            ${org.url}/setup/${remarkOnPages('setup')}`,
    ...administrator,
    `  Database         ${database.place}, ${rows}`,
    `  API              ${url}/api/openapi.json`,
    '',
    'Next, in a browser:',
    '',
    `  ${url}/control-board    Manual Process of what is ticked there`,
    `  ${url}/messages    what became of each row`,
    `  ${org.url}/setup/    apps, users and rights of the org; its mails are in the Outbox`,
    '',
    'Or in another window; the first line sets addresses and secrets:',
    '',
    `  . ${shellWord(environmentFile)}`,
    `  ${program} process countries cities accounts contacts --follow`,
    `  ${program} messages --status Failed`,
    `  ${program} process cities-back --follow`,
    '',
    'Send a record in, with a token of the hub and with one of the org:',
    '',
    `  TOKEN=$(curl -s ${url}/oauth2/token -u "$SLUICE_DEMO_CLIENT:$SLUICE_SECRET_DEMO_CLIENT" -d grant_type=client_credentials | ${sedToken})`,
    `  ${sending(`${url}/V4/integrate`)}`,
    `  TOKEN=$(curl -s ${org.url}/services/oauth2/token -u "$SLUICE_DEMO_CONSUMER_KEY:$SLUICE_SECRET_DEMO_CONSUMER" -d grant_type=client_credentials | ${sedToken})`,
    `  ${sending(`${org.url}/services/apexrest/sluice/V4/integrate`)}`,
    '',
  ];
}

function sending(address: string): string {
  return `curl -s "${address}?${asked}" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d ${record}`;
}

/** For a program: where everything is, and the files that hold what is secret. */
export function demoReady({ demo: { org, database }, environmentFile }: Pick<Running, 'demo' | 'environmentFile'>) {
  const { url, consumerKey, runAs } = org;
  const setup = { url: `${url}/setup/`, passwordFile: `${org.folder}/administrator` };
  return { org: { url, consumerKey, runAs, setup }, database: database.place, rows: database.rows, environmentFile };
}

function shellWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
