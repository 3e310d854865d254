/** Two people who edit the same thing: the second is told, and nothing of the first is lost. */
import { hash } from 'node:crypto';
import { Type } from 'typebox';
import { type ApiError, ApiRefused } from './api-refused.ts';

/** Stands beside what can be edited; comes back with the change. */
export const version = Type.String({
  title: 'Version',
  maxLength: 40,
  description: 'The version that was read before it was edited.',
});

/** Of the values that an edit is about: the same as long as they are. */
export function versionOf(values: unknown): string {
  return hash('sha256', JSON.stringify(values), 'base64url').slice(0, 16);
}

export function requireVersion(given: string, present: string): void {
  if (given !== present) throw changedByAnother();
}

/** 409: what was read to be edited is not what is there. */
export function changedByAnother(): ApiRefused {
  const errors: ApiError[] = [
    {
      field: 'version',
      message: 'Somebody else changed this while you were editing it.',
      next: 'Load it again; then make your changes once more, and save.',
    },
  ];
  return new ApiRefused({ status: 409, errors });
}
