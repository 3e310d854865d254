/** Sees to it that somebody can log in: at its first start the hub has one administrator, with a password made by chance. */
import { createPassword, hashRandomPassword } from '../base/index.ts';
import type { HubStore } from './store/index.ts';

export type FirstAdministrator = { username: string; password: string };

/** Undefined when there are people already; the password cannot be read again. */
export async function ensureFirstAdministrator({ people }: HubStore): Promise<FirstAdministrator | undefined> {
  if (people.count() > 0) return undefined;
  const username = 'admin';
  const password = createPassword();
  const person = { username, name: 'Administrator', email: null, role: 'administrator' } as const;
  await people.add('first start', person, hashRandomPassword(password));
  return { username, password };
}
