import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkInstanceUrl, checkMyDomain, checkTokenUrl, isLoopback } from './address.ts';
import { openSalesforce } from './salesforce.ts';

const keys = { consumerKey: 'key', consumerSecret: 'secret' };

test('hosts that give no tokens for this flow are refused before anything is sent, with the right one named', () => {
  for (const host of [
    'login.salesforce.com',
    'test.salesforce.com',
    'https://login.salesforce.com/',
    'LOGIN.salesforce.com',
  ]) {
    assert.throws(() => openSalesforce({ myDomainUrl: host, ...keys }), { code: 'MY_DOMAIN_REQUIRED' });
  }
  const sibling = (url: string) => ({ code: 'MY_DOMAIN_REQUIRED', next: new RegExp(`${url}`) });
  assert.throws(() => checkMyDomain('https://acme.lightning.force.com'), sibling('https://acme.my.salesforce.com'));
  assert.throws(
    () => checkMyDomain('https://a--uat.sandbox.my.salesforce-setup.com'),
    sibling('https://a--uat.sandbox.my.salesforce.com'),
  );
});

test('a My Domain may be written with or without scheme and closing slash, and with nothing else', () => {
  for (const text of ['acme.my.salesforce.com', 'https://acme.my.salesforce.com', 'https://acme.my.salesforce.com/']) {
    assert.equal(checkMyDomain(text).origin, 'https://acme.my.salesforce.com');
  }
  for (const text of [
    'https://acme.my.salesforce.com/x',
    'https://u:p@acme.my.salesforce.com',
    'ftp://acme',
    'https://a?b',
    '',
  ]) {
    assert.throws(
      () => checkMyDomain(text),
      (error: { code: string; message: string }) => {
        assert.equal(error.code, 'ADDRESS_INVALID');
        assert.ok(!error.message.includes('u:p'), error.message);
        return true;
      },
    );
  }
});

test('plain http goes to this machine only, or where it is allowed by name', () => {
  assert.equal(checkMyDomain('http://127.0.0.1:9050').port, '9050');
  assert.equal(checkMyDomain('http://localhost:9050').port, '9050');
  assert.throws(() => checkMyDomain('http://acme.my.salesforce.com'), { code: 'PLAIN_HTTP_REFUSED' });
  assert.throws(() => checkMyDomain('http://localhost.evil.example'), { code: 'PLAIN_HTTP_REFUSED' });
  assert.equal(checkMyDomain('http://org.internal:9050', { allowPlainHttp: true }).host, 'org.internal:9050');
});

test('the token URL stays on the host of the My Domain', () => {
  const myDomain = checkMyDomain('acme.my.salesforce.com');
  assert.equal(checkTokenUrl(undefined, myDomain).href, 'https://acme.my.salesforce.com/services/oauth2/token');
  assert.equal(checkTokenUrl('https://acme.my.salesforce.com/x/token', myDomain).pathname, '/x/token');
  assert.throws(() => checkTokenUrl('https://evil.example/services/oauth2/token', myDomain), {
    code: 'HOST_NOT_ALLOWED',
  });
  assert.throws(() => checkTokenUrl('http://acme.my.salesforce.com/t', myDomain), { code: 'HOST_NOT_ALLOWED' });
});

test('an instance URL leads to a My Domain, to the own host, or to a host that was allowed', () => {
  const rules = {
    myDomain: checkMyDomain('http://127.0.0.1:9050'),
    allowedHosts: ['org.internal:8443'],
    allowPlainHttp: false,
  };
  for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
    assert.equal(checkInstanceUrl(`http://${host}:9050`, rules).port, '9050');
  }
  assert.equal(checkInstanceUrl('https://acme--uat.sandbox.my.salesforce.com', rules).port, '');
  assert.equal(checkInstanceUrl('https://org.internal:8443', rules).port, '8443');
  for (const url of [
    'http://127.0.0.1:9051',
    'http://localhost:9051',
    'https://127.0.0.1:9050',
    'https://acme.my.salesforce.com.evil.example',
    'https://my.salesforce.com',
    'https://evilmy.salesforce.com',
    'https://acme.my.salesforce.com:8443',
    'https://org.internal',
  ]) {
    assert.throws(() => checkInstanceUrl(url, rules), { code: 'HOST_NOT_ALLOWED' }, url);
  }
  assert.throws(() => checkInstanceUrl('http://org.internal:8443', rules), { code: 'PLAIN_HTTP_REFUSED' });
});

test('loopback is a list of addresses, not a likeness of names', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', '[::1]', '::1', 'localhost', 'org.localhost'])
    assert.ok(isLoopback(host), host);
  for (const host of ['127.0.0.1.example', '10.0.0.1', '[::2]', 'localhost.example', '0.0.0.0'])
    assert.ok(!isLoopback(host), host);
});
