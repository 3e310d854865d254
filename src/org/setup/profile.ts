/** Profiles, permission sets and licences: what they grant, and to whom they may be given. */
import type { FieldRights, ObjectRights, OrgWideDefault } from '../rights/index.ts';
import type { IpRange } from './app.ts';

export type { OrgWideDefault };

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/** By day, in minutes of the day (UTC, the org's time zone), `end` excluded; a day that is not named has no limit; start = end: never. */
export type LoginHours = Readonly<Partial<Record<Weekday, { start: number; end: number }>>>;

/** System permissions by their API names. */
export const userPermissionTable = [
  { name: 'ApiEnabled', label: 'API Enabled' },
  { name: 'ApiUserOnly', label: 'API Only User' },
  { name: 'ViewAllData', label: 'View All Data' },
  { name: 'ModifyAllData', label: 'Modify All Data' },
  { name: 'CustomizeApplication', label: 'Customize Application' },
  { name: 'ManageUsers', label: 'Manage Users' },
  { name: 'ViewClientSecret', label: 'View Client Secret' },
  { name: 'BulkApiHardDelete', label: 'Bulk API Hard Delete' },
] as const;

export type UserPermission = (typeof userPermissionTable)[number]['name'];

/** What a profile or a permission set grants. Names of objects and fields in their canonical case. */
export type Grants = {
  userPermissions: readonly UserPermission[];
  objects: Readonly<Record<string, ObjectRights>>;
  /** By object, then by field. */
  fields: Readonly<Record<string, Readonly<Record<string, FieldRights>>>>;
  apexClasses: readonly string[];
};

export type GrantsInput = {
  userPermissions?: readonly UserPermission[];
  objects?: Readonly<Record<string, Partial<ObjectRights>>>;
  fields?: Readonly<Record<string, Readonly<Record<string, Partial<FieldRights>>>>>;
  apexClasses?: readonly string[];
};

export type Profile = Grants & {
  id: string;
  name: string;
  license: string;
  /** One of the four that every org has. */
  standard: boolean;
  /** System Administrator: every right there is. */
  all: boolean;
  loginHours: LoginHours;
  loginIpRanges: readonly IpRange[];
};

export type ProfileChange = GrantsInput & { loginHours?: LoginHours; loginIpRanges?: readonly IpRange[] };
/** A clone of an existing profile, with what is given in place of what that one has; or, of a license alone, one without rights. */
export type ProfileInput = ProfileChange & { name: string; license?: string; existingProfile?: string };

export type PermissionSet = Grants & {
  id: string;
  /** API name. */
  name: string;
  label: string;
  description: string | null;
  /** Label of the user licence or permission set licence it was made for; null for none. */
  license: string | null;
};

export type PermissionSetInput = GrantsInput & {
  name: string;
  label?: string;
  description?: string | null;
  license?: string | null;
};
export type PermissionSetChange = GrantsInput & { label?: string; description?: string | null };

/** `kind` tells user licences from permission set licences. */
export type License = {
  id: string;
  kind: 'user' | 'permissionSet';
  name: string;
  /** LicenseDefinitionKey or DeveloperName. */
  key: string;
  total: number;
  used: number;
};
