/** The stage of the whole tests: an org in a box with its objects, a source of CSV files, and the files that tie them together. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export const secretName = 'SLUICE_SECRET_CONSUMER';

export const orgSetup = `
organization: { name: Acme, type: production }
users: [ { username: integration@acme.example, lastName: Integration, email: integration@acme.example } ]
connectedApps:
  - { name: Sluice, scopes: [api, id], clientCredentials: { enabled: true, runAs: integration@acme.example } }
objects:
  - name: Account
    fields:
      - { name: Ext__c, type: text, length: 40, unique: true, externalId: true }
      - { name: Tag__c, type: text, length: 40 }
      - { name: Batch__c, type: text, length: 40 }
  - name: Contact
    fields:
      - { name: Ext__c, type: text, length: 40, unique: true, externalId: true }
      - { name: Active__c, type: checkbox, default: false }
`;

export type Reachable = { url: string; consumerKey: string; consumerSecret: string };

/** A folder that goes with the test; kept, and named, when the test fails. */
export function createFolder(t: TestContext, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `sluice-whole-${name}-`));
  t.after(() => {
    if ((t as TestContext & { passed?: boolean }).passed) rmSync(folder, { recursive: true, force: true });
    else t.diagnostic(`the evidence is kept in ${folder}`);
  });
  return folder;
}

export function writeConnection(
  folder: string,
  { url, consumerKey }: Reachable,
  database = 'type: csv, folder: .',
): string {
  const file = join(folder, 'connection.yaml');
  const salesforce = `myDomainUrl: '${url}', consumerKey: '${consumerKey}', consumerSecret: env:${secretName}`;
  writeFileSync(file, `name: stage\ndatabase: { ${database} }\nsalesforce: { ${salesforce} }\n`);
  return file;
}

/**
 * Writes `<name>.yaml` beside the connection file; `body` is all but name and connection. Unless it says otherwise, values are not
 * checked before they are sent: it is the org that refuses rows here.
 */
export function writeInterface(folder: string, name: string, body: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.yaml`);
  const check = /^check:/m.test(body) ? '' : '\ncheck: off';
  writeFileSync(file, `name: ${name}\nconnection: ./connection.yaml\n${body}${check}\n`);
  return file;
}

export type AccountRow = { id: string; name: string; note: string };

export const tooLongName = 'x'.repeat(300);

/** Rows with quotes and line breaks in them; every row whose number `isBad` accepts has a name Salesforce must refuse. */
export function writeAccounts(
  file: string,
  { count, prefix = '', isBad = () => false }: { count: number; prefix?: string; isBad?: (row: number) => boolean },
): void {
  let text = 'id,name,note\n';
  for (let row = 0; row < count; row++) {
    const note = row % 5 === 0 ? `"said ""hello""\nand left, ${row}"` : `plain ${row}`;
    text += `${prefix}${row},${isBad(row) ? tooLongName : `Name ${row}`},${note}\n`;
  }
  writeFileSync(file, text);
}

/** Waiting goes twenty times as fast; what time it is stays true. */
export function fastClock(speed = 20) {
  return {
    now: () => Date.now(),
    sleep(milliseconds: number, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<void> {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const stop = () => {
          clearTimeout(timer);
          reject(signal?.reason);
        };
        const timer = setTimeout(() => {
          signal?.removeEventListener('abort', stop);
          resolve();
        }, milliseconds / speed);
        signal?.addEventListener('abort', stop, { once: true });
      });
    },
  };
}
