/** How a described API says no: one form for every mistake, `{ errors: [{ field, message, next }] }`. */
import { type Static, Type } from 'typebox';

const apiError = Type.Object(
  {
    field: Type.Union([Type.String(), Type.Null()], {
      description: 'The input field that is wrong, e.g. clientCredentials.runAs; null when it is none of them.',
    }),
    message: Type.String({ description: 'What is wrong, in one sentence.' }),
    next: Type.String({ description: 'What to do about it.' }),
  },
  { additionalProperties: false },
);

export const errorAnswer = Type.Object({ errors: Type.Array(apiError) }, { additionalProperties: false });

export type ApiError = Static<typeof apiError>;

export type Refusal = { status: number; errors: readonly ApiError[]; headers?: Readonly<Record<string, string>> };

export class ApiRefused extends Error {
  override readonly name = 'ApiRefused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.errors.map(({ message }) => message).join(' '));
    this.refusal = refusal;
  }
}

/** A refusal of one sentence that belongs to no field. */
export function refuseCall(status: number, message: string, next: string): ApiRefused {
  return new ApiRefused({ status, errors: [{ field: null, message, next }] });
}

export function refuseField(field: string, message: string, next: string): ApiRefused {
  return new ApiRefused({ status: 400, errors: [{ field, message, next }] });
}

/** Too much, or too often: 429, with the time after which it may go better. */
export function refuseForNow(message: string, waitMs: number): ApiRefused {
  const seconds = Math.ceil(waitMs / 1000);
  const next = `Wait ${seconds} seconds, then try again.`;
  const headers = { 'Retry-After': String(seconds) };
  return new ApiRefused({ status: 429, errors: [{ field: null, message, next }], headers });
}

/** For an id in the path that names nothing. */
export function notThere(what: string): ApiRefused {
  return refuseCall(404, `There is no such ${what}.`, 'Go back to the list: it may have been removed or renamed.');
}
