import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLog } from '../base/index.ts';
import { type Org, openOrg } from '../org/index.ts';
import { openSalesforce } from '../salesforce/index.ts';
import { main } from './main.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-query-'));
const file = join(folder, 'connection.yaml');
let org: Org;
let myDomainUrl: string;

before(async () => {
  org = await openOrg({ log: createLog({ level: 'silent' }) });
  const { consumerKey, consumerSecret } = org;
  myDomainUrl = await org.listen();
  const salesforce = `myDomainUrl: '${myDomainUrl}', consumerKey: '${consumerKey}', consumerSecret: env:SLUICE_SECRET_KEY`;
  writeFileSync(file, `name: c\ndatabase: { type: csv, folder: . }\nsalesforce: { ${salesforce} }\n`);
  await using client = openSalesforce({ myDomainUrl, consumerKey, consumerSecret });
  const records = Array.from({ length: 150 }, (_, n) => ({ Name: `Account ${String(n).padStart(3, '0')}, "ü"` }));
  await client.saveCollection({ operation: 'insert', object: 'Account', records });
});

after(async () => {
  await org.close();
  rmSync(folder, { recursive: true, force: true });
});

async function query(soql: string, ...flags: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(['query', file, soql, ...flags], {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    watched: false,
    columns: 80,
    closed: false,
    environment: { SLUICE_SECRET_KEY: org.consumerSecret },
    workingFolder: folder,
  });
  return { code, out: out.join(''), err: err.join('') };
}

const soql = 'SELECT Name, Owner.Name FROM Account ORDER BY Name';

test('records are printed as CSV, and their number is said on standard error', async () => {
  const { code, out, err } = await query(soql);
  assert.deepEqual([code, err], [0, '150 records.\n']);
  const [header, first, ...rest] = out.trimEnd().split('\n');
  assert.equal(header, 'Name,Owner.Name');
  assert.match(first ?? '', /^"Account 000, ""ü""",\w+$/);
  assert.equal(rest.length, 149);
});

test('with --bulk the same records come by a job, which is taken out of the org again', async () => {
  const { code, out, err } = await query(soql, '--bulk');
  assert.deepEqual([code, err], [0, '150 records.\n']);
  assert.match(out, /^"Name","Owner.Name"\n"Account 000, ""ü""","\w+"\n/);
  assert.equal(out.trimEnd().split('\n').length, 151);
  const { consumerKey, consumerSecret } = org;
  await using client = openSalesforce({ myDomainUrl, consumerKey, consumerSecret });
  for await (const { id } of client.bulkQuery.list()) assert.fail(`the job ${id} is still there`);
});

test('with --json each record is an object on its own line', async () => {
  for (const flags of [['--json'], ['--json', '--bulk']]) {
    const { out } = await query(`${soql} LIMIT 2`, ...flags);
    const records = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      records.map(({ Name }) => Name),
      ['Account 000, "ü"', 'Account 001, "ü"'],
    );
  }
});

test('deleted records come with --all, a count is a number, and nothing found is a header', async () => {
  assert.equal((await query('SELECT COUNT() FROM Account')).out, 'totalSize\n150\n');
  const gone = 'SELECT Id FROM Account WHERE IsDeleted = true';
  assert.deepEqual(await query(gone, '--all'), { code: 0, out: 'Id\n', err: '0 records.\n' });
  assert.deepEqual(await query(gone, '--all', '--bulk'), { code: 0, out: '"Id"\n', err: '0 records.\n' });
});

test('a query that is wrong is refused in the words of the org', async () => {
  for (const flags of [[], ['--bulk']]) {
    const { code, out, err } = await query('SELECT Nope FROM Account', ...flags);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /INVALID_FIELD: .*No such column 'Nope' on entity 'Account'/s);
  }
});
