/** What a user of the org is, with what decides whether and how the user may sign in. */

import type { IpRange } from './app.ts';
import type { LoginHours } from './profile.ts';

export type SetupUser = {
  id: string;
  username: string;
  lastName: string;
  firstName: string | null;
  name: string;
  email: string;
  alias: string;
  active: boolean;
  frozen: boolean;
  profileId: string;
  /** Names. */
  profile: string;
  license: string;
  permissionSets: readonly string[];
  permissionSetLicenses: readonly string[];
  /** Of the profile: when and from where this user may sign in; empty: always, from everywhere. */
  loginHours: LoginHours;
  loginIpRanges: readonly IpRange[];
  /** Milliseconds since 1970. */
  lastLoginAt: number | null;
};

export type UserFields = Pick<
  SetupUser,
  'username' | 'lastName' | 'firstName' | 'email' | 'alias' | 'active' | 'frozen'
> & {
  /** The name of a profile; it decides the licence. */
  profile: string;
};

export type UserInput = Pick<UserFields, 'username' | 'lastName'> & Partial<UserFields>;
export type UserChange = Partial<UserFields>;
