/** What is done where curl is missing. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';

/** curl comes with the system, not with npm: where it is missing the lines are skipped aloud, and in CI that is a failure. */
export function hasCurl(t: TestContext, lines: string): boolean {
  if (spawnSync('curl', ['--version']).status === 0) return true;
  assert.equal(process.env.CI, undefined, 'curl is needed in CI');
  t.skip(`curl is not installed here, so ${lines} were not tried`);
  return false;
}
