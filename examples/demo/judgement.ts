/** Holds what the runs reported against what was planted; plain data in, sentences out. */

/** What the demo reads of the JSON that `sluice run --json` prints. */
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
};

/** What the demo reads of each line of `sluice rejects --json`. */
export type Reject = { key: string; code: string; message: string };

export type Expected = { rowCount: number; planted: Readonly<Record<string, number>> };

export type Found = { report: Report; rejects: readonly Reject[]; recordsInOrg: number };

/** Every way in which one interface's account differs from what was planted; empty when all is as it should be. */
export function differences(
  expected: Expected,
  { report, rejects, recordsInOrg }: Found,
  { again }: { again: boolean },
): string[] {
  const { rows, interface: name } = report;
  const planted = sum(Object.values(expected.planted));
  const good = expected.rowCount - planted;
  const checks: [what: string, is: number, should: number][] = [
    ['rows read', rows.read, expected.rowCount],
    ['rows succeeded', rows.succeeded, good],
    ['rows rejected', rows.rejected, planted],
    ['rows unknown', rows.unknown, 0],
    ['records created', rows.created, again ? 0 : good],
    ['records updated', rows.updated, again ? good : 0],
    ['records in the org', recordsInOrg, good],
    ['rejects in the ledger', rejects.length, planted],
  ];
  for (const [code, should] of Object.entries(expected.planted)) {
    checks.push([`rejects with ${code}`, rejects.filter((reject) => reject.code === code).length, should]);
  }
  return checks
    .filter(([, is, should]) => is !== should)
    .map(([what, is, should]) => `${name}: ${what} ${is}, planted ${should}`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
