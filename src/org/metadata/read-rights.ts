/** Reads profiles and permission sets. */
import {
  grantsSetupOf,
  type PermissionSetSetup,
  type ProfileSetup,
  stockLicenses,
  stockProfiles,
  systemAdministrator,
  weekdays,
} from '../setup/index.ts';
import type { ElementReader } from './element-reader.ts';
import { placesByName } from './place.ts';
import { findRight, noGivenGrants, type RightsWork, readGrants } from './read-grants.ts';

/** Tabs, pages and apps of the user interface. */
const unseenRightElements: readonly string[] = [
  'applicationVisibilities',
  'categoryGroupVisibilities',
  'description',
  'fullName',
  'layoutAssignments',
  'loginFlows',
  'pageAccesses',
  'profileActionOverrides',
  'servicePresenceStatusAccesses',
  'tabSettings',
  'tabVisibilities',
];

export function readPermissionSet(read: ElementReader, name: string, work: RightsWork): PermissionSetSetup | undefined {
  const license = licenseOf(read, 'license');
  const place = { name, file: read.file, line: read.element.line };
  if (license !== undefined && !hasLicense(license)) {
    work.leftOut.add(`permission sets of the license ${license}`, 'the org in a box has no such license', place);
    work.withoutSets.add(name.toLowerCase());
    return undefined;
  }
  const label = read.text('label');
  const description = read.text('description');
  if (read.flag('hasActivationRequired'))
    work.leftOut.add('session activation', 'a permission set is in force at once in the org in a box', place);
  const set: PermissionSetSetup = {
    name,
    ...(label === undefined ? {} : { label }),
    ...(description === undefined ? {} : { description }),
    ...(license === undefined ? {} : { license }),
    ...readGrants(read, noGivenGrants, work),
  };
  read.end('permission sets', unseenRightElements);
  placeRights(set, read, work);
  return set;
}

/** A profile that every org has keeps what its file says nothing of, as it does in a deployment. */
export function readProfile(read: ElementReader, name: string, work: RightsWork): ProfileSetup | undefined {
  const stock = stockProfiles.find((each) => each.name === name);
  const license = licenseOf(read, 'userLicense');
  const custom = read.flag('custom');
  const leave = (why: string) => {
    work.leftOut.add('profiles', why, { name, file: read.file, line: read.element.line });
    return undefined;
  };
  if (!stock && custom === false) return leave('the org in a box has not all that every org has');
  if (!stock && license !== undefined && !hasLicense(license)) return leave('the org in a box has not their license');
  const grants =
    name === systemAdministrator
      ? leaveRights(read, work)
      : readGrants(read, stock ? grantsSetupOf(stock) : noGivenGrants, work);
  const profile: ProfileSetup = {
    name,
    ...(stock || license === undefined ? {} : { license }),
    ...readLogin(read),
    ...grants,
  };
  read.end('profiles', unseenRightElements);
  placeRights(profile, read, work);
  return profile;
}

/** A System Administrator may do everything, whatever the file says. */
function leaveRights(read: ElementReader, work: RightsWork): Record<string, never> {
  for (const name of ['userPermissions', 'objectPermissions', 'fieldPermissions', 'classAccesses']) {
    const [first] = read.parts(name);
    if (first)
      work.leftOut.add(`<${name}> of System Administrator`, 'that profile has every right in the org in a box', {
        file: read.file,
        line: first.element.line,
      });
  }
  return {};
}

function placeRights(entry: PermissionSetSetup | ProfileSetup, read: ElementReader, work: RightsWork): void {
  const byName = placesByName([read], {
    name: 'fullName',
    label: 'label',
    description: 'description',
    license: read.element.name === 'Profile' ? 'userLicense' : 'license',
    loginHours: 'loginHours',
    loginIpRanges: 'loginIpRanges',
  });
  const classes = entry.apexClasses ?? [];
  work.places.set(entry, (rest) =>
    ['objects', 'fields', 'apexClasses', 'userPermissions'].includes(String(rest[0]))
      ? findRight(read, rest, classes)
      : byName(rest),
  );
}

/** By its label or by its key. */
function licenseOf(read: ElementReader, name: string): string | undefined {
  const word = read.word(name);
  return stockLicenses.find(({ key }) => key === word)?.name ?? word;
}

function hasLicense(name: string): boolean {
  return stockLicenses.some((license) => license.name === name);
}

function readLogin(read: ElementReader): Pick<ProfileSetup, 'loginHours' | 'loginIpRanges'> {
  const hours = read.part('loginHours');
  const ranges = read.parts('loginIpRanges').map((part) => {
    const description = part.text('description');
    const range = { start: part.needWord('startAddress'), end: part.needWord('endAddress') };
    part.end('login IP ranges');
    return { ...range, ...(description === undefined ? {} : { description }) };
  });
  return {
    ...(hours === undefined ? {} : { loginHours: readHours(hours) }),
    ...(ranges.length === 0 ? {} : { loginIpRanges: ranges }),
  };
}

/** In minutes of the day, each day with a start and an end; a day without is open all day. */
function readHours(read: ElementReader): NonNullable<ProfileSetup['loginHours']> {
  const hours = weekdays.flatMap((day) => {
    const start = read.number(`${day}Start`);
    const end = read.number(`${day}End`);
    if (start === undefined && end === undefined) return [];
    if (start === undefined) throw read.refuse(`${day}Start`, `is missing, beside <${day}End>`);
    if (end === undefined) throw read.refuse(`${day}End`, `is missing, beside <${day}Start>`);
    return [[day, { start: timeOf(start), end: timeOf(end) }]];
  });
  read.end('login hours');
  return Object.fromEntries(hours) as NonNullable<ProfileSetup['loginHours']>;
}

function timeOf(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
