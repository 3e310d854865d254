/** The life of a message: its states, and which act leads from which to which. All that changes a status goes by this table. */

export const messageStatuses = ['New', 'Pending', 'Processing', 'Completed', 'Failed', 'Cancelled'] as const;
export type MessageStatus = (typeof messageStatuses)[number];

export const messageOutcomes = ['succeeded', 'rejected', 'unknown'] as const;
export type MessageOutcome = (typeof messageOutcomes)[number];

type Act = { from: readonly MessageStatus[]; to: MessageStatus };

/** Completed and Cancelled stand in no `from`: they are ends. */
export const messageActs = {
  /** Its run was confirmed to the agent. */
  begin: { from: ['New', 'Pending'], to: 'Processing' },
  /** Salesforce said so, or a person who looked into the org. */
  complete: { from: ['New', 'Pending', 'Processing'], to: 'Completed' },
  /** Refused, here or there; or its run failed; or a person looked into the org and did not find it. */
  fail: { from: ['New', 'Pending', 'Processing'], to: 'Failed' },
  /** Sent, and nobody knows what became of it. */
  doubt: { from: ['New', 'Pending', 'Processing'], to: 'Processing' },
  /** What it failed for can pass: by the hub itself. */
  retry: { from: ['New', 'Pending', 'Processing', 'Failed'], to: 'Pending' },
  /** By a person; of a Pending one: without waiting for its time. */
  reprocess: { from: ['Failed', 'Pending'], to: 'Pending' },
  cancel: { from: ['New', 'Pending', 'Failed'], to: 'Cancelled' },
  /** A newer message for its key is Completed. */
  supersede: { from: ['Pending', 'Failed'], to: 'Cancelled' },
} as const satisfies Record<string, Act>;

export type MessageAct = keyof typeof messageActs;

/** For `status IN (…)`. */
export function statusesBefore(act: MessageAct): string {
  return messageActs[act].from.map((status) => `'${status}'`).join(', ');
}

export function mayFollow(act: MessageAct, status: MessageStatus): boolean {
  return (messageActs[act].from as readonly MessageStatus[]).includes(status);
}

/** Who does what is done by no person. */
export const byHub = 'the hub';
export const byAgent = 'the agent';
export const bySalesforce = 'Salesforce';
