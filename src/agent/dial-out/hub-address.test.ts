import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SluiceError } from '../../base/index.ts';
import { readHubAddress } from './hub-address.ts';

test('the address of a hub is scheme, host and port, and plain http is for this machine alone', () => {
  assert.equal(readHubAddress('https://hub.example:8088/'), 'https://hub.example:8088');
  for (const good of ['http://127.0.0.1:8088', 'http://localhost:1', 'http://[::1]:8088'])
    assert.equal(readHubAddress(good), good);
  const wrong: [string, RegExp][] = [
    ['hub.example', /no address/],
    ['ftp://hub.example', /no address/],
    ['http://hub.example', /plain http/],
    ['http://127.0.0.1.evil.example', /plain http/],
    ['https://u:p@hub.example', /user or a password/],
    ['https://hub.example/path', /more than/],
  ];
  for (const [text, reason] of wrong)
    assert.throws(
      () => readHubAddress(text),
      (error) => error instanceof SluiceError && error.code === 'HUB_ADDRESS_INVALID' && reason.test(error.message),
      text,
    );
});
