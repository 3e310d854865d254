/** What the integrate API takes at the most, and how long it waits. */

export type IntegrateSettings = {
  /** Of the body of a call, but in the modes Bulk and Auto. */
  maxBodyBytes: number;
  /** Of a body in the modes Bulk and Auto. */
  maxBulkBytes: number;
  /** Of all bodies that are being read, as far as they are held in memory. */
  maxBytesInMemory: number;
  /** Above it calls are put off. */
  maxWaitingMessages: number;
  /** Calls are put off while less is free on the disk of the store. */
  minFreeBytes: number;
  /** How long the next piece of a body may take. */
  bodyIdleMs: number;
  /** How long a whole body may take, but in the modes Bulk and Auto. */
  bodyMs: number;
  /** How long a caller waits in the mode Synchronous, who does not say. */
  waitMs: number;
  /** How long the answer to a call with an Idempotency-Key is given again. */
  keepAnswersMs: number;
};

export const defaultIntegrateSettings: IntegrateSettings = {
  maxBodyBytes: 50_000_000,
  maxBulkBytes: 2_000_000_000,
  maxBytesInMemory: 200_000_000,
  maxWaitingMessages: 2_000_000,
  minFreeBytes: 200_000_000,
  bodyIdleMs: 30_000,
  bodyMs: 120_000,
  waitMs: 30_000,
  keepAnswersMs: 24 * 60 * 60_000,
};

/** Records of one call, by its mode. */
export const maxRecords = {
  Synchronous: 200,
  Asynchronous: 5_000,
  Batch: 5_000,
  Bulk: Number.POSITIVE_INFINITY,
} as const;
