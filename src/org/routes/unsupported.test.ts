import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Log } from '../../base/index.ts';
import { openOrgInTest } from './org-in-test.ts';
import { findUnsupported } from './unsupported.ts';

test('what Salesforce has and the box has not is known by its path', () => {
  const known: Record<string, string | undefined> = {
    '/services/data/v68.0/composite/graph': 'composite/graph',
    '/services/data/v68.0/Composite/Tree/Account': 'composite/tree',
    '/services/data/v68.0/jobs/query/750': undefined,
    '/services/data/v68.0/tooling/query': 'tooling',
    '/services/data/v68.0/sobjects/Account/describe/layouts': 'sobjects/describe',
    '/services/data/v68.0/sobjects/Account/updated': 'sobjects/updated',
    '/services/Soap/u/64.0': '/services/soap/',
    '/services/async/68.0/job': '/services/async/',
    '/services/data/v68.0/nowhere': undefined,
    '/nowhere': undefined,
  };
  for (const [path, name] of Object.entries(known)) assert.equal(findUnsupported(path), name, path);
});

test('the log says what was asked for in vain', async () => {
  const said: object[] = [];
  const log: Log = { debug() {}, info() {}, error() {}, warn: (entry) => said.push(entry) };
  await using opened = await openOrgInTest({ log });
  await opened.call('POST', 'composite/graph', { json: {} });
  await opened.call('GET', 'query?explain=SELECT+Id+FROM+Account');
  await opened.call('GET', 'nowhere');
  assert.equal((await opened.call('GET', 'limits', { headers: { accept: 'application/xml' } })).status, 406);
  const rollup = 'SELECT COUNT(Id) FROM Account GROUP BY ROLLUP(Industry)';
  assert.equal((await opened.call('GET', `query?q=${encodeURIComponent(rollup)}`)).status, 400);
  const names = said.map((entry) => (entry as { unsupported?: string }).unsupported);
  assert.deepEqual(names, ['composite/graph', 'query?explain', 'xml', 'GROUP BY ROLLUP']);
});
