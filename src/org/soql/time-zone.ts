/** The time zone in which a user's days begin, as set at the user in Setup. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Schema } from '../schema/schema.ts';
import { tableSql } from './translation.ts';

const fallback = 'UTC';

/** Finds the zone of a user by its id; UTC for a user that is not there, or has a zone this machine does not know. */
export function createTimeZoneFinder(database: DatabaseSync, schema: Schema): (userId: string) => string {
  const user = schema.findObject('User');
  if (user === undefined || schema.findField(user, 'TimeZoneSidKey') === undefined) return () => fallback;
  const sql = `SELECT "TimeZoneSidKey" AS zone FROM ${tableSql(user)} WHERE "Id" = ?`;
  let statement: StatementSync | undefined;
  return (userId) => {
    statement ??= database.prepare(sql);
    const zone = statement.get(userId)?.zone;
    return typeof zone === 'string' && isKnown(zone) ? zone : fallback;
  };
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
    return true;
  } catch {
    return false;
  }
}
