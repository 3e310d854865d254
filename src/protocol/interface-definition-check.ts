/** What no schema can say of an interface: what does not go together, and a mapping that cannot be. */
import { SluiceError, type ValuePath } from '../base/index.ts';
import { checkTestCases, planMapping } from '../mapping/index.ts';
import type { InterfaceDefinition } from './interface-definition.ts';
import type { ScheduleDefinition } from './interface-definition-in-hub.ts';
import { checkCron } from './schedule.ts';

/** Makes the error for a value at its place; the reason follows its name: `is for upsert only`. */
export type RefuseValue = (path: ValuePath, reason: string) => Error;

/** Throws what `refuse` makes of the first thing that is wrong. */
export function checkInterface(value: InterfaceDefinition, refuse: RefuseValue): void {
  checkOperation(value, refuse);
  checkSynchronous(value, refuse);
  if (value.schedule !== undefined)
    checkSchedule(value.schedule, (path, reason) => refuse(['schedule', ...path], reason));
  if (value.timeZone !== undefined) checkTimeZone(value.timeZone, ['timeZone'], refuse);
  checkMapping(value, refuse);
  checkTestCases(value.tests ?? [], Object.keys(value.mapping), refuse);
}

function checkOperation({ operation, externalId }: InterfaceDefinition, refuse: RefuseValue): void {
  if (operation === 'upsert' && externalId === undefined)
    throw refuse(['operation'], 'is upsert, which needs externalId: the field by which records are told apart');
  if (operation !== 'upsert' && externalId !== undefined)
    throw refuse(['externalId'], `is for upsert only; ${operation} takes no such field`);
}

/** Somebody waits for the answer, and it may be lost on the way: what was inserted must then be found again. */
function checkSynchronous({ operation, mode, key, mapping }: InterfaceDefinition, refuse: RefuseValue): void {
  if (operation !== 'insert' || mode !== 'synchronous') return;
  const isMapped = Object.keys(mapping).some((field) => field.toLowerCase() === key?.toLowerCase());
  if (!isMapped)
    throw refuse(
      ['mode'],
      'is synchronous for an insert without a key by which a lost answer can be looked up: give key, a mapped field that is unique in Salesforce, or use upsert, batch or bulk',
    );
}

/** The same for a schedule alone; paths begin in it. */
export function checkSchedule(schedule: ScheduleDefinition, refuse: RefuseValue): void {
  const { cron, every, timeZone } = schedule;
  if ((cron === undefined) === (every === undefined)) throw refuse([], 'must have either cron or every');
  if (timeZone !== undefined) checkTimeZone(timeZone, ['timeZone'], refuse);
  checkCron(schedule, refuse);
}

export function checkTimeZone(name: string, path: ValuePath, refuse: RefuseValue): void {
  if (!isTimeZone(name)) throw refuse(path, `"${name}" is no IANA time zone, such as Europe/Berlin`);
}

function checkMapping({ mapping, operation, externalId, nulls = 'clear' }: InterfaceDefinition, refuse: RefuseValue) {
  try {
    planMapping(mapping, { operation, externalId, defaultNulls: nulls });
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'MAPPING_INVALID') throw error;
    throw refuse(
      ['mapping', String(error.values.where)],
      `is not usable: ${error.values.reason}. ${error.values.hint}`,
    );
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
