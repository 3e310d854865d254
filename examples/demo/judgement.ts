/** Holds what the runs reported against what was planted; plain data in, sentences out. */

/** What the demo reads of the JSON that `sluice process --follow --json` prints. */
export type Report = {
  run: string;
  interface: string;
  status: string;
  seconds: number;
  rows: {
    read: number;
    sent: number;
    succeeded: number;
    created: number;
    updated: number;
    rejected: number;
    unknown: number;
  };
  /** Of an interface out of Salesforce. */
  loaded?: Loaded;
};

export type Loaded = { inserted: number; updated: number; unchanged: number };

/** What the demo reads of each line of `sluice messages export --json`. */
export type Reject = { key: string; code: string; reason: string };

/** Those of one run, as the hub has them. */
export type Messages = { completed: number; failed: readonly Reject[]; others: number };

export type Expected = { rowCount: number; planted: Readonly<Record<string, number>> };

export type Found = { report: Report; messages: Messages; recordsInOrg: number };

/** Every way in which one interface's account differs from what was planted; empty when all is as it should be. */
export function differences(
  expected: Expected,
  { report, messages, recordsInOrg }: Found,
  { again }: { again: boolean },
): string[] {
  const { rows, interface: name } = report;
  const planted = sum(Object.values(expected.planted));
  const good = expected.rowCount - planted;
  const checks: Check[] = [
    ['rows read', rows.read, expected.rowCount],
    ['rows succeeded', rows.succeeded, good],
    ['rows rejected', rows.rejected, planted],
    ['rows unknown', rows.unknown, 0],
    ['records created', rows.created, again ? 0 : good],
    ['records updated', rows.updated, again ? good : 0],
    ['records in the org', recordsInOrg, good],
    ['messages Completed', messages.completed, good],
    ['messages Failed', messages.failed.length, planted],
    ['messages of another status', messages.others, 0],
  ];
  for (const [code, should] of Object.entries(expected.planted)) {
    checks.push([`messages with ${code}`, messages.failed.filter((one) => one.code === code).length, should]);
  }
  return failing(name, checks);
}

/** The same of the way back: the first time all places are new, the second time none is, and each is as it was. */
export function differencesBack(
  { inserted, updated, unchanged, cities }: Loaded & { cities: number },
  { again }: { again: boolean },
): string[] {
  return failing('cities-back', [
    ['rows inserted', inserted, again ? 0 : cities],
    ['rows updated', updated, 0],
    ['rows as they were', unchanged, again ? cities : 0],
  ]);
}

type Check = [what: string, is: number, should: number];

function failing(name: string, checks: readonly Check[]): string[] {
  return checks
    .filter(([, is, should]) => is !== should)
    .map(([what, is, should]) => `${name}: ${what} ${is}, planted ${should}`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
