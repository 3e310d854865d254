/** What was refused, each sentence with its next step. */
import type { ReactNode } from 'react';
import { type ApiError, ApiFailure } from './api.ts';
import { text } from './text.ts';

export type Tone = 'good' | 'warn' | 'alarm' | 'plain';

/** A block that tells something; an alarm is read out at once. */
export function Note({ tone = 'plain', title, children }: { tone?: Tone; title?: string; children?: ReactNode }) {
  return (
    <div className={`note ${tone}`} role={tone === 'alarm' ? 'alert' : 'status'}>
      {title === undefined ? null : <strong>{title}</strong>}
      {children}
    </div>
  );
}

export function Problems({ errors }: { errors: readonly ApiError[] }) {
  if (errors.length === 0) return null;
  return (
    <Note tone="alarm" title={text.wentWrong}>
      <ul>
        {errors.map(({ field, message, next }) => (
          <li key={`${field} ${message}`}>
            {message} {next}
          </li>
        ))}
      </ul>
    </Note>
  );
}

/** The sentences of whatever was thrown; what is no refusal is a mistake in the page, and its own words stand there. */
export function errorsOf(error: unknown): readonly ApiError[] {
  if (error === null || error === undefined) return [];
  if (error instanceof ApiFailure) return error.errors;
  return [{ field: null, message: error instanceof Error ? error.message : String(error), next: '' }];
}
