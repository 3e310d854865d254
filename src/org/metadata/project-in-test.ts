/** Folders with metadata files, for tests. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

/** A project as somebody would write it by hand, with most of what can be read and some that cannot. */
export const handWrittenProject = join(import.meta.dirname, '..', '..', '..', 'test', 'salesforce-project');

export function createFolder(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-metadata-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  saveFiles(folder, files);
  return folder;
}

export function saveFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** `<CustomObject>` or whatever with these lines inside. */
export function xml(root: string, ...lines: string[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<${root} xmlns="http://soap.sforce.com/2006/04/metadata">`,
    ...lines,
    `</${root}>`,
    '',
  ].join('\n');
}

const cityHead = xml(
  'CustomObject',
  '<label>City</label>',
  '<pluralLabel>Cities</pluralLabel>',
  '<sharingModel>ReadWrite</sharingModel>',
);

export const objectFile = 'objects/City__c/City__c.object-meta.xml';
export const fieldFile = 'objects/City__c/fields/Code__c.field-meta.xml';

/** City__c with one text field, and whatever else. */
export function citySource(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const field = xml(
    'CustomField',
    '<fullName>Code__c</fullName>',
    '<label>Code</label>',
    '<length>20</length>',
    '<type>Text</type>',
  );
  return { [objectFile]: cityHead, [fieldFile]: field, ...more };
}
