/** A number as it was typed. */
import { type ApiError, ApiFailure } from '../ui/api.ts';

/** Undefined when the field was left empty. Throws ApiFailure at the field for what is no whole number. */
export function numberEntered(
  typed: string,
  field: string,
  problem: Pick<ApiError, 'message' | 'next'>,
): number | undefined {
  if (typed.trim() === '') return undefined;
  if (/^\d{1,15}$/.test(typed.trim())) return Number(typed);
  throw new ApiFailure(400, [{ field, ...problem }]);
}
