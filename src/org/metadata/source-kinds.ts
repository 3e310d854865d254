/** The kinds of metadata files that are read, by their suffix, and what is said of the others. */
import type { SourceFile } from './find-source-files.ts';
import type { LeftOut } from './left-out.ts';

const kinds = {
  object: 'CustomObject',
  field: 'CustomField',
  globalValueSet: 'GlobalValueSet',
  profile: 'Profile',
  permissionset: 'PermissionSet',
  connectedApp: 'ConnectedApp',
  eca: 'ExternalClientApplication',
  ecaOauth: 'ExtlClntAppOauthSettings',
  ecaGlblOauth: 'ExtlClntAppGlobalOauthSettings',
  ecaOauthPlcy: 'ExtlClntAppOauthConfigurablePolicies',
} as const;

/** The name of the metadata type, which is that of the root element. */
export type SourceKind = (typeof kinds)[keyof typeof kinds];

export function findSourceKind({ suffix }: SourceFile): SourceKind | undefined {
  return Object.hasOwn(kinds, suffix) ? kinds[suffix as keyof typeof kinds] : undefined;
}

/** Without these an org answers the same calls otherwise than with them. */
const felt: Readonly<Record<string, readonly [what: string, why: string]>> = {
  validationRule: ['validation rules', 'the org in a box checks none'],
  trigger: ['Apex triggers', 'the org in a box runs no Apex'],
  cls: ['Apex classes', 'the org in a box runs no Apex'],
  flow: ['flows', 'the org in a box runs none'],
  workflow: ['workflow rules', 'the org in a box runs none'],
  recordType: ['record types', 'the org in a box has none'],
  sharingRules: ['sharing rules', 'the org in a box shares by org-wide defaults and ownership alone'],
  duplicateRule: ['duplicate rules', 'the org in a box has none'],
  matchingRule: ['matching rules', 'the org in a box has none'],
  permissionsetgroup: ['permission set groups', 'the org in a box has none'],
  mutingpermissionset: ['muting permission sets', 'the org in a box has none'],
  standardValueSet: ['standard value sets', 'those of the org in a box stay as they are'],
  ecaPlcy: ['app policies', 'external client apps are switched on in the org in a box'],
  restrictionRule: ['restriction rules', 'the org in a box has none'],
  settings: ['settings', 'those of the org in a box are in its setup file'],
};

/** Whether a file is of a package, itself or by the object it lies below; if so it is said. */
export function leavePackaged({ file, name, folders }: SourceFile, leftOut: LeftOut): boolean {
  const object = folders.at(-1) === 'fields' ? (folders.at(-2) ?? '') : '';
  if (!isPackaged(name) && !isPackaged(object)) return false;
  leftOut.add('what belongs to managed packages', 'the org in a box has no packages', { file });
  return true;
}

export function leaveOtherKind({ file, suffix }: SourceFile, leftOut: LeftOut): void {
  const [what, why] = felt[suffix] ?? [];
  if (what && why) leftOut.add(what, why, { file });
  else leftOut.addUnseen(suffix === '' ? 'files without a kind' : suffix);
}

const knownSuffixes: readonly string[] = ['__b', '__c', '__e', '__kav', '__mdt', '__pc', '__x'];

/** `ns__City__c` and `ns__App` come from a managed package whose namespace is `ns`. */
export function isPackaged(name: string): boolean {
  return name.replace(/__[A-Za-z]+$/, (suffix) => (knownSuffixes.includes(suffix) ? '' : suffix)).includes('__');
}
