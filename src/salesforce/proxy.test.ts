import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { findProxyFor, readProxy } from './proxy.ts';

test('the proxy is read from HTTPS_PROXY, and its password stands in nothing that is shown', () => {
  const proxy = readProxy({ HTTPS_PROXY: 'http://mover:p%40ss%25word@proxy.acme.example:3128' });
  assert.equal(proxy?.name, 'http://proxy.acme.example:3128');
  assert.equal(proxy?.authorization, `Basic ${Buffer.from('mover:p@ss%word').toString('base64')}`);
  assert.doesNotMatch(inspect(proxy), /ss%25word|p@ss/);
  assert.equal(readProxy({ HTTPS_PROXY: 'proxy:8080' })?.name, 'http://proxy:8080');
  assert.equal(readProxy({ HTTPS_PROXY: 'https://proxy' })?.name, 'https://proxy:443');
  assert.equal(readProxy({ HTTPS_PROXY: 'http://a', https_proxy: 'http://b' })?.host, 'b');
  assert.equal(readProxy({ HTTPS_PROXY: 'http://[::1]:3128' })?.host, '::1');
  for (const none of [{}, { HTTPS_PROXY: '' }, { HTTP_PROXY: 'http://proxy:3128' }])
    assert.equal(readProxy(none), undefined);
});

test('a proxy that cannot be used is refused without a word of its password', () => {
  const wrong = [
    'socks5://u:hidden@proxy:1080',
    'http://u:hidden@',
    'http://u:hidden%zz@proxy',
    'http://u:hidden@proxy:99999',
  ];
  for (const HTTPS_PROXY of wrong)
    assert.throws(
      () => readProxy({ HTTPS_PROXY }),
      (error: Error & { code?: string }) => error.code === 'PROXY_INVALID' && !/hidden/.test(inspect(error)),
      HTTPS_PROXY,
    );
});

test('NO_PROXY names hosts with all below them, addresses, and ports; plain http never goes through it', () => {
  const goes = (NO_PROXY: string, url: string) =>
    findProxyFor(readProxy({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY }), new URL(url)) !== undefined;
  const org = 'https://acme.my.salesforce.com';
  for (const none of [
    '',
    'salesforce.co',
    'e.my.salesforce.com',
    'acme.my.salesforce.com:8443',
    'acme.my.salesforce.com.',
  ])
    assert.equal(goes(none, org), true, none);
  for (const named of [
    '*',
    'acme.my.salesforce.com',
    'SALESFORCE.com',
    '.salesforce.com',
    '*.my.salesforce.com',
    'x, salesforce.com:443',
  ])
    assert.equal(goes(named, org), false, named);
  assert.equal(goes('10.0.0.7', 'https://10.0.0.7:8443'), false);
  assert.equal(goes('10.0.0.7', 'https://10.0.0.70'), true);
  for (const address of ['::1', '[::1]', '[::1]:8443'])
    assert.equal(goes(address, 'https://[::1]:8443'), false, address);
  assert.equal(goes('', 'http://127.0.0.1:8080'), false);
});
