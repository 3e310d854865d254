import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPassword, hashPassword, verifyPassword } from './password.ts';

test('a password fits its own hash and no other password does', async () => {
  const password = createPassword();
  const kept = await hashPassword(password);
  assert.equal(await verifyPassword(password, kept), true);
  assert.equal(await verifyPassword(`${password} `, kept), false);
  assert.equal(await verifyPassword('', kept), false);
  assert.ok(!kept.includes(password));
});

test('the same password is kept as another text each time', async () => {
  assert.notEqual(await hashPassword('Grüße 1234'), await hashPassword('Grüße 1234'));
});

test('letters with accents fit however the keyboard composed them', async () => {
  assert.equal(await verifyPassword('Gru\u0308ße', await hashPassword('Grüße')), true);
});

test('an unknown user costs as much work as a known one, and nothing fits', async () => {
  const kept = await hashPassword('right');
  const timeOf = async (hash: string | undefined) => {
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const start = performance.now();
      assert.equal(await verifyPassword('wrong', hash), false);
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  };
  const [known, unknown] = [await timeOf(kept), await timeOf(undefined)];
  assert.ok(unknown > known / 3 && unknown < known * 3, `known ${known} ms, unknown ${unknown} ms`);
});

test('generated passwords have 20 characters that are not easily mixed up', () => {
  for (let round = 0; round < 50; round += 1) assert.match(createPassword(), /^[A-HJ-NP-Za-km-z2-9]{20}$/);
});
