/** How long a refresh token lives, in the words of the Metadata API. */
import type { UserFlows } from '../../oauth/index.ts';

/** `infinite`, `zero`, or so many hours, days or months from its making (`lifetime`) or its last use (`inactivity`). */
export const refreshTokenPolicyForm = {
  pattern: '^(?:infinite|zero|specific_(?:lifetime|inactivity):[1-9][0-9]{0,3}:(?:HOURS|DAYS|MONTHS))$',
  description: 'infinite, zero, or such as specific_lifetime:30:DAYS or specific_inactivity:12:HOURS',
} as const;

const hourMs = 3_600_000;
/** A month is 30 days. */
const unitMs: Readonly<Record<string, number>> = { HOURS: hourMs, DAYS: 24 * hourMs, MONTHS: 30 * 24 * hourMs };

export function isRefreshTokenPolicy(text: string): boolean {
  return new RegExp(refreshTokenPolicyForm.pattern).test(text);
}

/** Undefined: it lives until it is revoked. */
export function readRefreshTokenPolicy(text: string): UserFlows['refreshTokenPolicy'] {
  if (text === 'zero') return { kind: 'zero' };
  const [, kind, count, unit = ''] = /^specific_(lifetime|inactivity):(\d+):([A-Z]+)$/.exec(text) ?? [];
  if (kind !== 'lifetime' && kind !== 'inactivity') return undefined;
  return { kind, ms: Number(count) * (unitMs[unit] ?? 0) };
}
