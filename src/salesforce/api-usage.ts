/** What every answer says of the org's daily allocation of calls. */

/** Calls of the last 24 hours, and how many there may be. */
export type ApiUsage = { used: number; max: number };

/** Reads `Sforce-Limit-Info: api-usage=18/15000`, with or without a part for the app behind it. */
export function readApiUsage(header: string | string[] | undefined): ApiUsage | undefined {
  const found = typeof header === 'string' ? /api-usage=(\d+)\/(\d+)/.exec(header) : null;
  return found ? { used: Number(found[1]), max: Number(found[2]) } : undefined;
}
