/** The latency that somebody wished for: sat out, but not by an org that closes. */
import type { FaultPlan } from '../faults.ts';
import type { OrgParts } from './call.ts';

/** An org that closes answers at once what still waits here. */
export async function waitAsWished(
  { clock, closing }: Pick<OrgParts, 'clock' | 'closing'>,
  { latencyMs }: Pick<FaultPlan, 'latencyMs'>,
): Promise<void> {
  if (latencyMs > 0) await clock.sleep(latencyMs, { signal: closing }).catch(() => undefined);
}
