import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callerNetwork } from './caller-network.ts';

test('the 2^64 addresses that one caller of IPv6 has are one caller, and each of IPv4 is one, however it is written', () => {
  for (const [address, network] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:0:1::1', '2001:db8:0:1'],
    ['2001:0db8:0000:0001:ffff:ffff:ffff:fffe', '2001:db8:0:1'],
    ['2001:db8:0:2::1', '2001:db8:0:2'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    ['', ''],
  ] as const)
    assert.equal(callerNetwork(address), network, address);
});
