/**
 * rights: what a user may see and change, over objects, fields and records.
 * Rule: plain data and pure functions; what a user may not see is answered exactly as what is not there.
 * Read rights.ts first, then access.ts.
 */
export { type Access, createAccessFinder } from './access.ts';
export {
  defaultOrgWideDefault,
  effectiveRights,
  type FieldRights,
  type ObjectRights,
  type OrgWideDefault,
  type RightsSource,
  type UserRights,
} from './rights.ts';
export { type AccessLevel, type Reach, reachSql } from './sharing.ts';
