/** Writes profiles and permission sets. */
import type { ObjectRights } from '../rights/index.ts';
import { grantsSetupOf, type PermissionSetSetup, type ProfileSetup, stockProfiles } from '../setup/index.ts';
import type { ProjectFile } from './project-file.ts';
import { fileNameOfProfile, objectRightElements } from './right-words.ts';
import type { XmlParts } from './xml-text.ts';

type Granted = Pick<PermissionSetSetup, 'userPermissions' | 'objects' | 'fields' | 'apexClasses'>;

export function writePermissionSet(set: PermissionSetSetup): ProjectFile {
  const { name, label = name.replaceAll('_', ' '), description, license } = set;
  const parts = { label, description, license, hasActivationRequired: false, ...grantParts(set, {}) };
  return { type: 'PermissionSet', member: name, path: `permissionsets/${name}.permissionset-meta.xml`, parts };
}

/** What a profile that every org has does not grant any more is taken away by the file, since it would stay otherwise. */
export function writeProfile(profile: ProfileSetup): ProjectFile {
  const { name, license, loginHours, loginIpRanges } = profile;
  const stock = stockProfiles.find((each) => each.name.toLowerCase() === name.toLowerCase());
  const fullName = encodedName(fileNameOfProfile(stock?.name ?? name));
  const parts = {
    custom: stock === undefined,
    userLicense: stock?.license ?? license,
    loginHours: loginHours && hoursOf(loginHours),
    loginIpRanges: loginIpRanges?.map(({ start, end, description }) => ({
      startAddress: start,
      endAddress: end,
      description,
    })),
    ...grantParts(profile, stock ? grantsSetupOf(stock) : {}),
  };
  return { type: 'Profile', member: fullName, path: `profiles/${fullName}.profile-meta.xml`, parts };
}

/** A name as a file name that every system takes, with percent signs as Salesforce has them. */
function encodedName(name: string): string {
  return name.replaceAll(/[\p{Cc}!"#$%&'()*+,/:;<=>?@[\\\]^`{|}~]|^\.|[. ]$/gu, (character) => {
    const encoded = encodeURIComponent(character);
    return encoded === character ? `%${character.charCodeAt(0).toString(16).toUpperCase()}` : encoded;
  });
}

/** Each part that is said; `usual` is what would be granted without it. */
function grantParts({ userPermissions, objects, fields, apexClasses }: Granted, usual: Granted): XmlParts {
  return {
    userPermissions: userPermissions && permissionParts(userPermissions, usual.userPermissions ?? []),
    objectPermissions: objects && objectParts(objects, usual.objects ?? {}),
    fieldPermissions: fields && fieldParts(flat(fields), flat(usual.fields ?? {})),
    classAccesses: apexClasses && sorted(apexClasses).map((apexClass) => ({ apexClass, enabled: true })),
  };
}

function permissionParts(granted: readonly string[], usual: readonly string[]): XmlParts[] {
  return sorted(new Set([...granted, ...usual])).map((name) => ({ name, enabled: granted.includes(name) }));
}

type ObjectsSetup = NonNullable<Granted['objects']>;

function objectParts(granted: ObjectsSetup, usual: ObjectsSetup): XmlParts[] {
  const names = namesOf(Object.keys(granted), Object.keys(usual));
  return sorted(names).map((object) => {
    const rights: readonly string[] = granted[object] ?? [];
    const flags = Object.entries(objectRightElements).map(([right, element]) => [element, rights.includes(right)]);
    return {
      object,
      ...(Object.fromEntries(flags) as Record<(typeof objectRightElements)[keyof ObjectRights], boolean>),
    };
  });
}

/** By `Account.Industry`. */
function flat(fields: NonNullable<Granted['fields']>): Map<string, 'read' | 'edit'> {
  return new Map(
    Object.entries(fields).flatMap(([object, named]) =>
      Object.entries(named).map(([field, right]) => [`${object}.${field}`, right] as const),
    ),
  );
}

function fieldParts(granted: ReadonlyMap<string, 'read' | 'edit'>, usual: ReadonlyMap<string, unknown>): XmlParts[] {
  return sorted(namesOf([...granted.keys()], [...usual.keys()])).map((field) => {
    const right = granted.get(field);
    return { field, editable: right === 'edit', readable: right !== undefined };
  });
}

/** Those of `usual` beside those that are granted, in whatever case. */
function namesOf(granted: readonly string[], usual: readonly string[]): string[] {
  const known = new Set(granted.map((name) => name.toLowerCase()));
  return [...granted, ...usual.filter((name) => !known.has(name.toLowerCase()))];
}

function hoursOf(hours: NonNullable<ProfileSetup['loginHours']>): XmlParts {
  const given = Object.entries(hours as Record<string, { start: string; end: string }>);
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return Object.fromEntries(
    given.flatMap(([day, { start, end }]) => [
      [`${day}Start`, minutes(start)],
      [`${day}End`, minutes(end)],
    ]),
  );
}

function sorted(names: Iterable<string>): string[] {
  return [...names].sort();
}
