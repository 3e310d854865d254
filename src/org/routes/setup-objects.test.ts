import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openOrgInTest } from './org-in-test.ts';

type Row = Record<string, unknown>;

test('what Setup keeps is read by SOQL: who may do what, which apps there are, who signed in', async () => {
  await using org = await openOrgInTest();
  const query = async (soql: string): Promise<Row[]> => {
    const { status, json, body } = await org.call('GET', `query?q=${encodeURIComponent(soql)}`);
    assert.equal(status, 200, `${soql}: ${body}`);
    return (json as { records: Row[] }).records.map(({ attributes: _attributes, ...row }) => row);
  };
  const names = async (soql: string) => (await query(soql)).map(({ Name }) => Name);
  assert.deepEqual(await names('SELECT Name FROM ConnectedApplication ORDER BY Name'), ['Identity only', 'Sluice']);
  assert.deepEqual(await names(`SELECT Name FROM UserLicense WHERE UsedLicenses > 0`), ['Salesforce']);
  assert.deepEqual(await names(`SELECT Name FROM Profile WHERE UserLicense.Name LIKE '%Integration' ORDER BY Name`), [
    'Minimum Access - API Only Integrations',
    'Salesforce API Only System Integrations',
  ]);
  const [login] = await query(
    `SELECT UserId, Status, LoginType, LoginSubType, Application, SourceIp FROM LoginHistory WHERE LoginTime >= YESTERDAY ORDER BY Id LIMIT 1`,
  );
  assert.deepEqual(
    [login?.Status, login?.LoginSubType, login?.Application],
    ['Success', 'OauthClientCredentials', 'Sluice'],
  );
  const { json: described } = await org.call('GET', 'sobjects/LoginHistory/describe');
  const { fields } = described as { fields: { name: string; picklistValues: Row[] }[] };
  const labelOf = (name: string, value: unknown) =>
    fields.find((one) => one.name === name)?.picklistValues.find((one) => one.value === value)?.label;
  assert.deepEqual(
    [labelOf('LoginType', login?.LoginType), labelOf('LoginSubType', login?.LoginSubType)],
    ['Remote Access 2.0', 'OAuth Client Credentials'],
  );
  const [issued] = await query(
    'SELECT AppName, User.Username FROM OauthToken WHERE UseCount = 1 ORDER BY AppName LIMIT 1',
  );
  assert.deepEqual([issued!.AppName, (issued!.User as Row).Username], ['Identity only', 'other@test.example']);
  const [user] = await query(`SELECT Profile.Name FROM User WHERE Username = 'integration@test.example'`);
  assert.equal((user!.Profile as Row).Name, 'System Administrator');
  const [rights] = await query(
    `SELECT PermissionsModifyAllRecords FROM ObjectPermissions WHERE SobjectType = 'City__c' AND Parent.Profile.Name = 'System Administrator'`,
  );
  assert.equal(rights?.PermissionsModifyAllRecords, true);
  const [field] = await query(`SELECT PermissionsEdit FROM FieldPermissions WHERE Field = 'City__c.Group__c'`);
  assert.equal(field?.PermissionsEdit, true);
  const assigned = await query(
    `SELECT PermissionSet.PermissionsApiEnabled FROM PermissionSetAssignment WHERE Assignee.Username = 'other@test.example'`,
  );
  assert.equal((assigned[0]!.PermissionSet as Row).PermissionsApiEnabled, true);
  assert.equal(
    (await query(`SELECT Id FROM PermissionSetLicense WHERE DeveloperName = 'SalesforceAPIIntegrationPsl'`)).length,
    1,
  );
  assert.deepEqual(await query('SELECT Id FROM PermissionSetLicenseAssign'), []);
});

test('what Setup keeps is read by its id and described, and cannot be written through the data API', async () => {
  await using org = await openOrgInTest();
  for (const name of [
    'Profile',
    'PermissionSet',
    'UserLicense',
    'ConnectedApplication',
    'OauthToken',
    'LoginHistory',
  ]) {
    const found = await org.call('GET', `query?q=${encodeURIComponent(`SELECT Id FROM ${name} LIMIT 1`)}`);
    const id = String((found.json as { records: Row[] }).records[0]?.Id);
    const row = await org.call('GET', `sobjects/${name}/${id}`);
    assert.equal(row.status, 200, `${name}: ${row.body}`);
    assert.equal((row.json as Row).Id, id);
    const { json } = await org.call('GET', `sobjects/${name}/describe`);
    assert.equal((json as Row).createable, false);
    assert.ok((await org.call('POST', `sobjects/${name}`, { json: {} })).status >= 400);
    assert.ok((await org.call('DELETE', `sobjects/${name}/${id}`)).status >= 400);
    assert.equal((await org.call('GET', `sobjects/${name}/${id}`)).status, 200);
  }
});
