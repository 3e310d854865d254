/** Whether who is logged in may do what takes a role; the hub checks it again. */
import { type Session, useSession } from './api.ts';

export type Role = Session['person']['role'];

const ranks: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, administrator: 2 };

export function useMay(role: Role): boolean {
  const { data } = useSession();
  return data !== null && data !== undefined && ranks[data.person.role] >= ranks[role];
}
