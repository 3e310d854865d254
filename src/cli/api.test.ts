import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openListeningHub } from './listening-hub-in-test.ts';

const program = join(import.meta.dirname, '..', '..', 'bin', 'sluice.js');

test('an operation is called with its fields, and its answer is printed for a person or as it came', async () => {
  await using hub = await openListeningHub();
  const made = await hub.sluice('api', 'POST', '/remote-sites', 'name=Agent', 'url=https://127.0.0.1:9055');
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /^\{\n {2}"id": 1,\n {2}"name": "Agent",\n/);
  const found = await hub.sluice('api', 'get', 'api/remote-sites/', 'search=agent', 'pageSize=1', '--json');
  assert.match(found.out, /^\{"rows":\[\{"id":1,.*"total":1,"page":1,"pageSize":1\}\n$/);
  const same = await hub.sluice('api', 'GET', '/remote-sites?search=agent&pageSize=1', '--json');
  assert.equal(same.out, found.out);
  const gone = await hub.sluice('api', 'DELETE', '/remote-sites/1');
  assert.deepEqual(gone, { code: 0, out: '', err: 'Done.\n' });
});

test('a value that is JSON is that, all else is text, and text that looks like JSON stands in double quotes', async () => {
  await using hub = await openListeningHub();
  const words = ['name="5"', 'scopes=["integrate"]', 'tokenMinutes=5', 'interfaces=null'];
  const made = await hub.sluice('api', 'POST', '/api-clients', ...words, '--json');
  const { name, scopes, tokenMinutes, interfaces } = JSON.parse(made.out);
  assert.deepEqual([name, scopes, tokenMinutes, interfaces], ['5', ['integrate'], 5, null]);
  const number = await hub.sluice('api', 'POST', '/api-clients', 'name=5', 'scopes=["integrate"]');
  assert.equal(number.code, 1);
  assert.match(number.err, /Name must be a text.*\nField: name\n/);
});

test('a body comes from a file, or from standard input', async () => {
  await using hub = await openListeningHub();
  const site = (name: string, port: number) => JSON.stringify({ name, url: `https://127.0.0.1:${port}` });
  await writeFile(join(hub.folder, 'site.json'), site('File', 1));
  const fromFile = await hub.sluice('api', 'POST', '/remote-sites', '--body', 'site.json', '--json');
  assert.equal(JSON.parse(fromFile.out).name, 'File', fromFile.err);
  const args = [program, 'api', 'POST', '/remote-sites', '--body', '-', '--json'];
  const env = { ...hub.environment, PATH: process.env.PATH };
  const piped = await new Promise<string>((resolve, reject) => {
    const child = execFile(process.execPath, args, { env, timeout: 40_000 }, (error, out) =>
      error === null ? resolve(out) : reject(error),
    );
    child.stdin?.end(site('Piped', 2));
  });
  assert.equal(JSON.parse(piped).name, 'Piped');
});

test('a password is given by reference, at any depth, and what a hub shows once is printed', async () => {
  await using hub = await openListeningHub();
  const added = await hub.sluice('api', 'POST', '/people', 'username=eva', 'name=Eva', 'role=viewer', '--json');
  assert.match(JSON.parse(added.out).password, /\S{12,}/, added.err);
  const change = (...words: string[]) => hub.sluice('api', 'POST', '/session/password', ...words);
  const typed = await change('currentPassword=hunter2hunter2', 'newPassword=env:SLUICE_SECRET_NEW');
  assert.equal(typed.code, 2);
  assert.match(typed.err, /The currentPassword must be a reference to a secret.*\n.*env:SLUICE_SECRET_NAME/);
  assert.equal(typed.err.includes('hunter2'), false);
  const missing = await change('currentPassword=env:SLUICE_SECRET_HUB', 'newPassword=env:SLUICE_SECRET_NEW');
  assert.match(missing.err, /SLUICE_SECRET_NEW.*\(SECRET_MISSING\)/s);
  Object.assign(hub.environment, { SLUICE_SECRET_NEW: 'another password' });
  const changed = await change('currentPassword=env:SLUICE_SECRET_HUB', 'newPassword=env:SLUICE_SECRET_NEW');
  assert.deepEqual(changed, { code: 0, out: '', err: 'Done.\n' });
  const after = await hub.sluice('api', 'GET', '/session', '--password', 'env:SLUICE_SECRET_NEW', '--json');
  assert.equal(JSON.parse(after.out).person.username, 'admin', after.err);
});

test('what a hub can do is listed from its own description, and what an operation takes', async () => {
  await using hub = await openListeningHub();
  const { out } = await hub.sluice('api', '--list');
  assert.match(out, /^method +path +for +what it does\n/);
  assert.match(out, /^POST +\/api-clients\/\{id\}\/secret +administrator +Makes a new secret, shown once/m);
  assert.match(out, /^GET +\/audit-trail +viewer +What was changed/m);
  assert.doesNotMatch(out, /V4|^POST +\/session /m);
  const lines = (await hub.sluice('api', '--list', '--json')).out.trim().split('\n');
  assert.equal(lines.length, out.trim().split('\n').length - 1);
  const fields = await hub.sluice('api', '--list', 'POST', '/connections');
  assert.match(fields.out, /^POST \/connections\n.* For role administrator\.\n\nfield +value +what it is\n/);
  assert.match(fields.out, /^salesforce\.consumerSecret +reference to a secret +Consumer Secret\. Sealed/m);
  assert.match(fields.out, /^type +agentDatabase or agentFile +required +Type/m);
  const none = await hub.sluice('api', '--list', 'POST', '/runs/12/cancel');
  assert.match(none.out, /For role operator\.\n\nIt takes no fields\.\n$/);
});

test('a file is written as it comes', async () => {
  await using hub = await openListeningHub();
  const { code, out } = await hub.sluice('api', 'GET', '/messages/export', 'format=csv');
  assert.equal(code, 0);
  assert.match(out, /^id,/);
});

test('each wrong turn has its sentence, and repeats no value', async () => {
  await using hub = await openListeningHub();
  const cases: [string[], number, RegExp][] = [
    [[], 2, /METHOD is missing/],
    [['POST'], 2, /PATH is missing/],
    [['FETCH', '/people'], 2, /"FETCH" is no method: there are GET, POST/],
    [['GET', 'http://hub.example/api/people'], 2, /stands below the API.*--hub/],
    [['GET', '/remote-site'], 2, /has no GET \/remote-site\.\nNear it: GET \/remote-sites, POST.*--list" shows all/],
    [['DELETE', '/retention'], 2, /has no DELETE \/retention\.\nNear it: GET \/retention, PUT \/retention\. /],
    [['GET', '/elephant'], 2, /has no GET \/elephant\.\n"sluice api --list" shows all/],
    [['GET', '/people/..'], 2, /has no GET \/people\/\.\./],
    [['POST', '/session', 'username=a'], 2, /has no POST \/session\.\nNear it: GET \/session, DELETE \/session\./],
    [['POST', '/people', 'hunter2'], 2, /Word 1 behind PATH is not of the form NAME=VALUE/],
    [['POST', '/people', 'name=hunter2', 'name=hunter2'], 2, /name is given twice/],
    [['POST', '/connections', 'agent={}', 'agent.password=hunter2'], 2, /given twice: as a whole, and by its parts/],
    [['POST', '/connections', 'agent={"password":"hunter2"}'], 2, /The agent\.password must be a reference/],
    [['POST', '/api-clients', "scopes=['hunter2']"], 2, /The value of scopes begins as JSON does and is none/],
    [['POST', '/runs/1/cancel', 'why=hunter2'], 2, /takes no fields/],
    [['GET', '/people', '--body', 'x'], 2, /GET takes no body/],
    [['POST', '/people', 'a=b', '--body', 'x'], 2, /by --body or by NAME=VALUE, not by both/],
    [['POST', '/people', '--list', 'a=hunter2'], 2, /--list calls nothing/],
    [['POST', '/people', '--body', 'none.json'], 1, /none\.json cannot be read: ENOENT/],
    [['POST', '/people', '--body', '-'], 1, /standard input cannot be read: it is no JSON/],
    [['POST', '/people', 'role=viewer'], 1, /Username is required\. .*\nField: username, name\n/],
    [['GET', '/people/7'], 1, /There is no such person/],
    [['GET', '/people', 'sort=x', 'colour=hunter2'], 1, /colour.*\nField: colour/],
  ];
  for (const [words, code, message] of cases) {
    const said = await hub.sluice('api', ...words);
    assert.equal(said.code, code, `${words.join(' ')}: ${said.err}`);
    assert.match(said.err, message);
    assert.equal(said.out, '');
    assert.equal(said.err.includes('hunter2') && words[2] !== 'hunter2', false, said.err);
  }
  const line = JSON.parse((await hub.sluice('api', 'POST', '/people', 'role=viewer', '--json')).out);
  assert.deepEqual([line.event, line.code, line.fields], ['error', 'HUB_REFUSED', 'username, name']);
});
