/** A failure nobody foresaw: the reason goes to the log, a number that finds it there to the caller. */
import type { OrgParts } from './call.ts';

/** Gives the number. */
export function noteFailure({ clock, log }: Pick<OrgParts, 'clock' | 'log'>, error: unknown, what: string): string {
  const number = `${Math.floor(clock.now() / 1000) % 1_000_000_000}-${Math.floor(Math.random() * 100_000)}`;
  log.error({ err: error, errorId: number }, what);
  return number;
}
