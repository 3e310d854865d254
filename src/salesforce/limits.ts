/** What is left of the org's allocations. */
import { objectIn, type Rest } from './rest.ts';

export type Limit = { Max: number; Remaining: number };
export type Limits = Readonly<Record<string, Limit>>;

/** `GET /limits` (REST guide, Limits); itself one call. */
export async function getLimits(rest: Rest, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<Limits> {
  const answer = await rest.ask({ method: 'GET', path: rest.path('/limits'), signal });
  return objectIn(answer, { what: 'limits' }) as Limits;
}
