/** The Apex classes of an org: known by name, some mapped to a path; kept as rows that SOQL reads as ApexClass. */
import type { SetupDatabase } from './setup-database.ts';
import { auditFields, insertRow, nextId } from './setup-rows.ts';
import type { ApexClassSetup } from './setup-schema.ts';

/** The methods a class can have; HEAD is answered where GET is. */
export const apexMethods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;
export type ApexMethod = (typeof apexMethods)[number];

type ApplyClasses = {
  store: Pick<SetupDatabase, 'database'>;
  setup: { apexClasses?: readonly ApexClassSetup[] };
  changes: string[];
  now: number;
};

/**
 * Makes the rows those of the setup. A class that is gone takes the access to it along, and so does a name that was granted
 * before any classes were declared and is none of them: what is left can be exported and read again.
 */
export function applyApexClasses({ store: { database }, setup: { apexClasses }, changes, now }: ApplyClasses): void {
  const declared = new Set((apexClasses ?? []).map(({ name }) => name.toLowerCase()));
  const kept = namesIn(database, 'SELECT "Name" AS name FROM "ApexClass" ORDER BY "Id"');
  for (const name of kept.filter((each) => !declared.has(each.toLowerCase()))) {
    database.prepare('DELETE FROM "ApexClass" WHERE "Name" = ?').run(name);
    takeAccessAway(database, name);
    changes.push(`Apex class ${name} is no longer there, nor is any access to it`);
  }
  const known = new Set(kept.map((name) => name.toLowerCase()));
  for (const { name } of apexClasses ?? []) {
    if (known.has(name.toLowerCase())) continue;
    insertApexClass(database, name, now);
    changes.push(`Apex class ${name} was added`);
  }
  if (apexClasses === undefined) return;
  for (const name of namesIn(database, 'SELECT DISTINCT class_name AS name FROM apex_class_access ORDER BY 1')) {
    if (declared.has(name.toLowerCase())) continue;
    takeAccessAway(database, name);
    changes.push(`access to ${name} was taken away: there is no such Apex class`);
  }
}

type Database = SetupDatabase['database'];

/** The version of the API that classes say they were written for. */
const apexVersion = 68;

function insertApexClass(database: Database, name: string, now: number): void {
  const head = { Id: nextId(database, '01p'), Name: name, ApiVersion: apexVersion, Status: 'Active', IsValid: 1 };
  insertRow(database, 'ApexClass', { ...head, ...auditFields(now) });
}

function takeAccessAway(database: Database, name: string): void {
  database.prepare('DELETE FROM apex_class_access WHERE class_name = ?').run(name);
}

function namesIn(database: Database, sql: string): string[] {
  return database
    .prepare(sql)
    .all()
    .map(({ name }) => String(name));
}
