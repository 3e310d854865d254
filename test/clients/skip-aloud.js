/** For what cannot be everywhere: a test that needs it is skipped with a reason, and in CI fails. */

/** The `skip` of a test: false when it is there. */
export function skipUnless(isThere, what) {
  if (isThere) return false;
  if (process.env.CI) throw new Error(`${what}: not on this machine, and CI needs it`);
  return `${what}: not on this machine`;
}
