/** What an interface has besides its exchange of data, for the hub: its integration, place, status, retries and schedule. */
import type { Static, TSchema } from 'typebox';
import { Type } from '../base/index.ts';

const closed = { additionalProperties: false };

export const scheduleSchema = Type.Object(
  {
    cron: Type.Optional(
      Type.String({
        title: 'Cron',
        minLength: 9,
        maxLength: 120,
        description: 'minute, hour, day of the month, month, day of the week, such as 0 6 * * 1-5',
      }),
    ),
    every: Type.Optional(
      Type.String({
        title: 'Interval',
        pattern: '^[1-9][0-9]{0,3}(m|h)$',
        description: 'an interval in minutes or hours such as 15m or 2h, counted from midnight UTC of 1 January 1970',
      }),
    ),
    timeZone: Type.Optional(
      Type.String({
        title: 'Time Zone',
        minLength: 1,
        maxLength: 80,
        description: 'IANA name of the zone that cron is read in; UTC when left out.',
      }),
    ),
    missed: Type.Optional(
      Type.Enum(['run', 'skip'], {
        title: 'When Missed',
        description: 'Times that passed while nothing could run: run once afterwards (when left out), or skip.',
      }),
    ),
    overlap: Type.Optional(
      Type.Enum(['never'], {
        title: 'Overlap',
        description: 'A run that is due while the last one goes on is left out.',
      }),
    ),
  },
  { ...closed, title: 'Schedule', description: 'When it runs by itself: by cron or at an interval.' },
);

export type ScheduleDefinition = Static<typeof scheduleSchema>;

export const interfaceStatuses = ['deployed', 'undeployed'] as const;
export const maxSequence = 99;

/** Of either direction; left out in a file that only an agent or the command line runs. */
export const fieldsInHub = <const Direction extends TSchema>(type: Direction) => ({
  integration: Type.Optional(
    Type.String({
      title: 'Integration',
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$',
      description: 'the name of the integration it belongs to, for the hub',
    }),
  ),
  type,
  sequence: Type.Optional(
    Type.Integer({
      title: 'Sequence',
      minimum: 0,
      maximum: maxSequence,
      description: 'Its place among the interfaces of its integration; the next free one when left out.',
    }),
  ),
  status: Type.Optional(
    Type.Enum([...interfaceStatuses], {
      title: 'Status',
      description: 'Whether its agent has it; undeployed when left out.',
    }),
  ),
  maxRetries: Type.Optional(
    Type.Integer({
      title: 'Max Number of Retry',
      minimum: 0,
      maximum: 100,
      description: 'How often a message that failed for a passing reason is tried again by itself.',
    }),
  ),
  schedule: Type.Optional(scheduleSchema),
});
