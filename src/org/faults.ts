/** Faults on purpose: which calls are slowed, refused, or lose their connection or their answer, and how many were. */

export type FaultKind =
  | 'latency'
  | 'unavailable'
  | 'drop-before'
  | 'drop-after'
  | 'expired-token'
  | 'row-lock'
  | 'late-commit';

export const faultKinds: readonly FaultKind[] = [
  'latency',
  'unavailable',
  'drop-before',
  'drop-after',
  'expired-token',
  'row-lock',
  'late-commit',
];

/** Kinds that say how long. */
export const waitingKinds: ReadonlySet<FaultKind> = new Set(['latency', 'late-commit']);

export type FaultRule = {
  /** Path without the query; `*` stands for anything within a segment, `**` for anything. */
  path: string;
  /** Any method when left out. */
  method?: string | undefined;
  /** Share of the matching calls, 0 to 1; of the rows for `row-lock`. */
  share: number;
  kind: FaultKind;
  /** For `latency` and `late-commit`. */
  latencyMs?: number | undefined;
  /** Ends the rule after so many injections; without it, the rule stays. */
  times?: number | undefined;
};

export type FaultReport = { seed: number; injected: number; rules: readonly (FaultRule & { injected: number })[] };

/** What happens to one call. */
export type FaultPlan = {
  latencyMs: number;
  /** The wait comes between the stamp that rows get and the moment they can be seen, as in a transaction that takes long. */
  stampsFirst?: true;
  kind?: Exclude<FaultKind, 'latency' | 'row-lock' | 'late-commit'>;
};

export type Faults = {
  /** False when no rule is set: the hot path asks nothing more. */
  readonly active: boolean;
  /** What happens to this call; counts it. */
  decide(method: string, path: string): FaultPlan;
  /** Replaces all rules and their counts. */
  set(rules: readonly FaultRule[], seed?: number): void;
  /** The rules and how often each was injected; rows struck by `row-lock` are not counted here. */
  report(): FaultReport;
  /** Share of rows that fail with UNABLE_TO_LOCK_ROW, 0 when there is no such rule. */
  rowLockShare(): number;
};

const noFault: FaultPlan = { latencyMs: 0 };

export function createFaults(
  options: { rules?: readonly FaultRule[] | undefined; seed?: number | undefined } = {},
): Faults {
  let rules: LiveRule[] = [];
  let seed = 1;
  const faults: Faults = {
    get active() {
      return rules.length > 0;
    },
    decide: (method, path) => (rules.length === 0 ? noFault : decide(rules, method, path)),
    set(given, givenSeed = 1) {
      seed = givenSeed;
      rules = given.map((rule, index) => createLiveRule(rule, seed + index));
    },
    report() {
      const reported = rules.map(({ rule, injected }) => ({ ...rule, injected }));
      return { seed, injected: reported.reduce((sum, { injected }) => sum + injected, 0), rules: reported };
    },
    rowLockShare: () => rules.find(({ rule }) => rule.kind === 'row-lock')?.rule.share ?? 0,
  };
  faults.set(options.rules ?? [], options.seed);
  return faults;
}

type LiveRule = { rule: FaultRule; pattern: RegExp; random: () => number; injected: number };

function createLiveRule(rule: FaultRule, seed: number): LiveRule {
  return { rule, pattern: globPattern(rule.path), random: createRandom(seed), injected: 0 };
}

function decide(rules: readonly LiveRule[], method: string, path: string): FaultPlan {
  const plan: FaultPlan = { latencyMs: 0 };
  for (const live of rules) {
    if (!strikes(live, method, path)) continue;
    if (live.rule.kind === 'latency' || live.rule.kind === 'late-commit') {
      plan.latencyMs += live.rule.latencyMs ?? 0;
      if (live.rule.kind === 'late-commit') plan.stampsFirst = true;
    } else if (live.rule.kind !== 'row-lock' && plan.kind === undefined) plan.kind = live.rule.kind;
    else continue;
    live.injected += 1;
  }
  return plan;
}

function strikes({ rule, pattern, random, injected }: LiveRule, method: string, path: string): boolean {
  if (rule.kind === 'row-lock' || injected >= (rule.times ?? Number.POSITIVE_INFINITY)) return false;
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  return pattern.test(path) && random() < rule.share;
}

/** `/services/data/**` as a pattern; letters match in any case, as paths do at Salesforce. */
export function globPattern(glob: string): RegExp {
  const parts = glob.split(/(\*\*|\*)/).map((part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 'i');
}

/** Mulberry32: the same numbers from the same seed on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
