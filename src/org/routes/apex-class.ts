/** Apex classes at work: which one a path is for, and the functions that answer for those whose code is not in the org. */
import type { IncomingHttpHeaders } from 'node:http';
import { findNearestName, SluiceError } from '../../base/index.ts';
import type { ApexClassSetup, ApexMethod } from '../setup/index.ts';

/** A call of an Apex class, after session, rights, path and method were checked. */
export type ApexRequest = {
  /** HEAD comes as GET. */
  method: ApexMethod;
  /** Below `/services/apexrest`, as it came, without slashes at its end, e.g. `/sluice/V4/integrate`. */
  path: string;
  /** What the last `*` of the mapping stands for; empty when it has none. */
  rest: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Piece by piece, no longer compressed; refused by the org itself when it breaks off or stands still. */
  body: AsyncIterable<Uint8Array>;
  /** In whose name the call is made. */
  user: { id: string; username: string };
  organizationId: string;
  /** Aborted when the caller has gone, or the org closes. */
  signal: AbortSignal;
};

/** Header names in any case; without a Content-Type it is JSON. */
export type ApexAnswer = {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string | AsyncIterable<Uint8Array>;
};

/** Answers for a class. What it throws is answered as an uncaught exception of Apex, and its reason stands in the log alone. */
export type ApexHandler = (request: ApexRequest) => Promise<ApexAnswer> | ApexAnswer;

/** By the names of classes, in any case. */
export type ApexHandlers = Readonly<Record<string, ApexHandler>>;

/** A class that has a path. */
export type MappedClass = {
  name: string;
  methods: readonly ApexMethod[];
  records: ApexClassSetup['records'];
  /** Undefined: nothing answers for the class here, unless it saves records. */
  handler: ApexHandler | undefined;
};

export type ApexClasses = {
  /** By the rules of the Apex developer guide (RestResource annotation): an exact path wins, then the longest pattern; case counts. */
  findByPath(path: string): { apexClass: MappedClass; rest: string } | undefined;
};

type Pattern = { apexClass: MappedClass; pattern: RegExp };

/** @throws SluiceError SETTING_INVALID for a handler of a class that is not there, has no path, or answers by itself. */
export function createApexClasses(classes: readonly ApexClassSetup[], handlers: ApexHandlers = {}): ApexClasses {
  const handlerOf = new Map(Object.entries(handlers).map(([name, handler]) => [name.toLowerCase(), handler]));
  checkHandlers(classes, Object.keys(handlers));
  const exact = new Map<string, MappedClass>();
  const wild: (Pattern & { length: number })[] = [];
  for (const { name, urlMapping, methods = [], records } of classes) {
    if (urlMapping === undefined) continue;
    const apexClass = { name, methods, records, handler: handlerOf.get(name.toLowerCase()) };
    if (urlMapping.includes('*')) wild.push({ apexClass, pattern: patternOf(urlMapping), length: urlMapping.length });
    else exact.set(urlMapping, apexClass);
  }
  wild.sort((one, other) => other.length - one.length);
  return {
    findByPath(path) {
      const apexClass = exact.get(path);
      return apexClass === undefined ? findWild(wild, path) : { apexClass, rest: '' };
    },
  };
}

function findWild(patterns: readonly Pattern[], path: string): ReturnType<ApexClasses['findByPath']> {
  for (const { apexClass, pattern } of patterns) {
    const found = pattern.exec(path);
    if (found !== null) return { apexClass, rest: found.groups?.rest ?? '' };
  }
  return undefined;
}

/** `*` stands for one part, and at the end for any number of them, or none. */
function patternOf(urlMapping: string): RegExp {
  const parts = urlMapping.split('/').slice(1);
  const last = parts.length - 1;
  const written = parts.map((part, index) => {
    if (part !== '*') return `/${RegExp.escape(part)}`;
    return index === last ? '(?:/(?<rest>.*))?' : '/[^/]+';
  });
  return new RegExp(`^${written.join('')}$`, 's');
}

function checkHandlers(classes: readonly ApexClassSetup[], names: readonly string[]): void {
  for (const value of names) {
    const known = classes.find(({ name }) => name.toLowerCase() === value.toLowerCase());
    const expected = known === undefined ? nameExpected(classes, value) : whyNoHandler(known);
    if (expected !== undefined)
      throw new SluiceError('SETTING_INVALID', { name: 'apexRest', where: 'openOrg', value, expected });
  }
}

function nameExpected(classes: readonly ApexClassSetup[], value: string): string {
  const names = classes.map(({ name }) => name);
  const nearest = findNearestName(value, names);
  const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  return `the name of a class that the setup declares under apexClasses${hint}`;
}

function whyNoHandler({ urlMapping, records }: ApexClassSetup): string | undefined {
  if (urlMapping === undefined) return 'a class with a urlMapping';
  return records === undefined ? undefined : 'a class without records, which answers by itself';
}
