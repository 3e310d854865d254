import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepConnectionInTest } from '../hub/connection-in-test.ts';
import { callHubInTest } from '../hub/hub-in-test.ts';
import { addInterface } from '../hub/runs/scripted-agent-in-test.ts';
import { openListeningHub } from './listening-hub-in-test.ts';

/** An interface with three versions, of which the last is the newest. */
async function hubWithVersions() {
  const listening = await openListeningHub();
  const { call } = await callHubInTest(listening.hub, String(listening.environment.SLUICE_SECRET_HUB));
  await call('POST', '/integrations', { name: 'Retail' });
  keepConnectionInTest(listening.hubFolder, 'warehouse');
  const first = await addInterface({ hub: listening.hub, call });
  const path = `/interfaces/${first.id}`;
  const save = async (version: number, change: object) => {
    const { definition } = (await call('GET', path)).json;
    const saved = await call('PUT', path, { definition: { ...definition, ...change }, version });
    assert.equal(saved.status, 200, JSON.stringify(saved.errors));
  };
  await save(1, { object: 'Contact', status: 'undeployed' });
  await save(2, { mapping: { Shop__c: 'number', Name: { formula: 'UPPER(name)' }, Phone: '5' } });
  return { ...listening, call, path, save };
}

test('the versions of an interface are listed, the newest first, and those that were restored say of which', async () => {
  await using hub = await hubWithVersions();
  const restored = await hub.sluice('versions', 'Retail/shops', '--restore', '1');
  assert.deepEqual(
    [restored.code, restored.out],
    [0, 'Version 1 of Retail/shops is restored: it is version 4 now, and deployed.\n'],
  );
  const { out } = await hub.sluice('versions', 'SHOPS');
  const lines = out.trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^version +saved +by +restored from$/);
  assert.match(lines[1] ?? '', /^4 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +admin +1$/);
  assert.deepEqual(
    lines.slice(1).map((line) => line[0]),
    ['4', '3', '2', '1'],
  );
  const [line = ''] = (await hub.sluice('versions', 'retail/shops', '--json')).out.split('\n');
  const { savedAt, ...version } = JSON.parse(line);
  const expected = {
    event: 'version',
    integration: 'Retail',
    interface: 'shops',
    version: 4,
    savedBy: 'admin',
    restored: 1,
  };
  assert.deepEqual(version, expected);
  assert.equal((await hub.call('GET', hub.path)).json.definition.object, 'Account');
});

test('two versions are compared field by field, one alone with the newest', async () => {
  await using hub = await hubWithVersions();
  const two = await hub.sluice('versions', 'Retail/shops', '--compare', '1,2');
  assert.equal(
    two.out,
    '--- version 1\n+++ version 2\n- status: deployed\n+ status: undeployed\n- object: Account\n+ object: Contact\n',
  );
  const one = await hub.sluice('versions', 'shops', '--compare', '2');
  assert.equal(
    one.out,
    '--- version 2\n+++ version 3\n- mapping.Name: name\n+ mapping.Name:\n+   formula: UPPER(name)\n+ mapping.Phone: "5"\n',
  );
  const json = JSON.parse((await hub.sluice('versions', 'shops', '--compare', '3,2', '--json')).out);
  assert.deepEqual([json.event, json.from, json.to, json.differences.length], ['difference', 3, 2, 2]);
  const same = await hub.sluice('versions', 'shops', '--compare', '3');
  assert.equal(same.out, 'Version 3 and version 3 do not differ.\n');
});

test('a version is not restored over one that was saved meanwhile', async () => {
  await using hub = await hubWithVersions();
  const late = await hub.sluice('versions', 'shops', '--restore', '1', '--if-newest', '2');
  assert.deepEqual([late.code, late.out], [1, '']);
  assert.match(late.err, /Version 2 of Retail\/shops is not the newest any more: version 3 is\./);
  assert.equal((await hub.call('GET', hub.path)).json.version, 3);
  const json = JSON.parse((await hub.sluice('versions', 'shops', '--restore', '1', '--if-newest', '3', '--json')).out);
  const expected = {
    event: 'restored',
    integration: 'Retail',
    interface: 'shops',
    restored: 1,
    version: 4,
    status: 'deployed',
  };
  assert.deepEqual(json, expected);
});

test('the newest version is left as it is', async () => {
  await using hub = await hubWithVersions();
  const { code, out } = await hub.sluice('versions', 'shops', '--restore', '3');
  assert.deepEqual(
    [code, out],
    [0, 'Version 3 of Retail/shops is the newest already, and undeployed; nothing was changed.\n'],
  );
  assert.equal((await hub.call('GET', hub.path)).json.version, 3);
});

test('an interface or a version that is not there is named, with what there is', async () => {
  await using hub = await hubWithVersions();
  const cases: [string[], RegExp][] = [
    [['shopps'], /The hub has no interface "shopps"\.\nDid you mean Retail\/shops\?/],
    [['Retial/shops'], /no interface "Retial\/shops"\.\nDid you mean Retail\/shops\?/],
    [['Finance/shops'], /no interface "Finance\/shops"\.\nDid you mean Retail\/shops\?/],
    [['something-else'], /no interface "something-else"\.\nThere are: Retail\/shops\./],
    [['shops', '--compare', '2,9'], /The interface Retail\/shops has no version 9; it has versions 1 to 3\./],
    [['shops', '--restore', '4'], /has no version 4/],
    [['shops', '--compare', '2-3'], /"2-3" is not of the form A,B/],
    [['shops', '--compare', '2', '--restore', '1'], /two things to do/],
    [['shops', '--restore', '1.5'], /1\.5 is no number of a version/],
    [['shops', '--if-newest', '3'], /--if-newest goes with --restore/],
  ];
  for (const [words, said] of cases) {
    const { code, out, err } = await hub.sluice('versions', ...words);
    assert.deepEqual([code, out], [2, ''], err);
    assert.match(err, said);
  }
});

test('a viewer lists and compares versions, and may not restore one', async () => {
  await using hub = await hubWithVersions();
  const { password } = (await hub.call('POST', '/people', { username: 'eve', name: 'Eve', role: 'viewer' })).json;
  Object.assign(hub.environment, { SLUICE_SECRET_HUB: password, SLUICE_HUB_USER: 'eve' });
  assert.equal((await hub.sluice('versions', 'shops', '--compare', '1')).code, 0);
  const refused = await hub.sluice('versions', 'shops', '--restore', '1');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /administrator/i);
});
