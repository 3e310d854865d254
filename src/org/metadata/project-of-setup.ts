/** Turns a setup file into the metadata files of a Salesforce DX project, and says what they cannot carry. */
import type { ObjectSetup, PermissionSetSetup, ProfileSetup, SetupFile } from '../setup/index.ts';
import type { ProjectFile } from './project-file.ts';
import { whatStaysBehind } from './stays-behind.ts';
import { writeConnectedApp, writeExternalClientApp } from './write-app.ts';
import { writeObject } from './write-object.ts';
import { writePermissionSet, writeProfile } from './write-rights.ts';
import { isXmlText, withoutForbidden, type XmlParts, type XmlValue, xmlText } from './xml-text.ts';

export type Project = {
  /** By path below the folder of the source, in the order of the paths. */
  files: ReadonlyMap<string, string>;
  /** The text of package.xml. */
  manifest: string;
  /** A sentence for each thing that the files do not carry, or that a Salesforce org asks for besides. */
  remarks: readonly string[];
};

/** The version of the Metadata API in which all that is written is known. */
export const sourceApiVersion = '65.0';

export function projectOfSetup(setup: SetupFile): Project {
  const written = [
    ...((setup.objects ?? []) as readonly ObjectSetup[]).flatMap(writeObject),
    ...((setup.profiles ?? []) as readonly ProfileSetup[]).map(writeProfile),
    ...((setup.permissionSets ?? []) as readonly PermissionSetSetup[]).map(writePermissionSet),
    ...(setup.connectedApps ?? []).map(writeConnectedApp),
    ...(setup.externalClientApps ?? []).flatMap(writeExternalClientApp),
  ].sort((one, other) => (one.path < other.path ? -1 : 1));
  const broken = written.filter(({ parts }) => !isSound(parts)).map(({ path }) => path);
  return {
    files: new Map(written.map(({ path, type, parts }) => [path, xmlText(type, sound(parts) as XmlParts)])),
    manifest: manifestOf(written),
    remarks: [...whatStaysBehind(setup), ...broken.map(brokenSentence)],
  };
}

function brokenSentence(path: string): string {
  return `${path} lacks control characters that are in its texts here: XML cannot hold them.`;
}

function manifestOf(files: readonly ProjectFile[]): string {
  const byType = Map.groupBy(files, ({ type }) => type);
  const types = [...byType]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, ofType]) => ({ members: ofType.map(({ member }) => member).sort(), name }));
  return xmlText('Package', { types, version: sourceApiVersion });
}

function isSound(value: XmlValue): boolean {
  if (typeof value === 'string') return isXmlText(value);
  return typeof value !== 'object' || Object.values(value).every((part) => isSound(part as XmlValue));
}

function sound(value: XmlValue): XmlValue {
  if (typeof value === 'string') return withoutForbidden(value);
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((each) => sound(each as XmlValue));
  return Object.fromEntries(Object.entries(value as XmlParts).map(([name, part]) => [name, sound(part)]));
}
