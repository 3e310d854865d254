/** Prints figures beside what is wanted of them; one that misses makes the benchmark end with 1. */
import { spawnSync } from 'node:child_process';

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function judge(what: string, value: number, { atLeast, atMost }: { atLeast?: number; atMost?: number }): void {
  const good = (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
  const wanted = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  say(`${what.padEnd(44)} ${value.toFixed(2)} (${wanted}) ${good ? 'reached' : 'MISSED'}`);
  if (!good) process.exitCode = 1;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** The median of the ratios inside the rounds, since two values of one round were measured under the same load. */
export function medianRatio(above: readonly number[], below: readonly number[]): number {
  return median(above.map((value, round) => value / (below[round] ?? Number.NaN)));
}

/** Debian's names of the packages that the programs come with. */
const packages = { psql: 'postgresql-client', curl: 'curl', wrk: 'wrk' } as const;

/** Ends the benchmark with one sentence when a program that it measures against is not installed. */
export function wantPrograms(...names: (keyof typeof packages)[]): void {
  const missing = names.filter((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error);
  if (missing.length === 0) return;
  const install = missing.map((name) => packages[name]).join(' ');
  process.stderr.write(
    `This benchmark needs ${missing.join(' and ')}, which ${missing.length > 1 ? 'are' : 'is'} not installed: ` +
      `on Debian "apt-get install ${install}".\n`,
  );
  process.exit(1);
}
