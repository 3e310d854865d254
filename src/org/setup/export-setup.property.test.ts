import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseSetupFile } from './setup-file.ts';
import { openSetupStore } from './setup-store.ts';

/** Any text a person may type, as long as it is not blank. */
const text = (maxLength: number) =>
  fc
    .string({ minLength: 1, maxLength, unit: 'grapheme-composite' })
    .filter((each) => each.trim() !== '' && each.length <= maxLength);

test('whatever names and descriptions hold, an export reads back as the same setup', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-export-any-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  let number = 0;
  const open = (setup?: ReturnType<typeof parseSetupFile>) => {
    number += 1;
    return openSetupStore({ folder: join(folder, String(number)), durable: false, setup });
  };
  await fc.assert(
    fc.asyncProperty(text(60), text(60), text(60), text(30), async (name, label, description, lastName) => {
      await using store = await open();
      const admin = store.administer('integration@sluice.example');
      admin.createPermissionSet({ name: 'Any', label, description });
      admin.createUser({ username: 'any@x.example', lastName, profile: 'Standard User' });
      const app = { name: `${name}.`, description, contactEmail: 'a@x.example', callbackUrls: ['https://x.example/'] };
      admin.createExternalClientApp(app);
      const exported = store.exportSetup();
      await using again = await open(parseSetupFile(exported));
      assert.equal(again.exportSetup(), exported);
      const made = again.apps.find(({ kind }) => kind === 'externalClientApp');
      assert.deepEqual([made?.name, made?.description], [app.name, description]);
      assert.equal(again.findUserByUsername('any@x.example')?.lastName, lastName);
      assert.equal(again.permissionSets[0]?.label, label);
    }),
    { numRuns: 30 },
  );
});
