/** REGEX by RE2: Salesforce's are Java's, and RE2 takes the same form without what can run for ever. */
import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import type { Call } from '../function-entry.ts';
import type { Run } from '../value.ts';

const require = createRequire(import.meta.url);
// Loaded with the first REGEX, since most mappings have none.
const loadRe2 = () => (require('re2js') as typeof import('re2js')).RE2JS;

/** A pattern that is the same in every row is read once, and refused before any row when it is none. */
export function compileRegex(args: readonly Run[], call: Call): Run {
  const [text, pattern] = args as [Run, Run];
  const fixed = call.constant(1);
  if (typeof fixed === 'string') {
    const regex = readFixed(fixed, call);
    return (row) => regex.matches((text(row) ?? '') as string);
  }
  let last: { pattern: string; regex: RE2JS } | undefined;
  return (row) => {
    const wanted = (pattern(row) ?? '') as string;
    if (last?.pattern !== wanted) last = { pattern: wanted, regex: readInRow(wanted, call) };
    return last.regex.matches((text(row) ?? '') as string);
  };
}

function readFixed(pattern: string, call: Call): RE2JS {
  try {
    return loadRe2().compile(pattern);
  } catch (error) {
    const hint = 'Look-around and back-references are not known here; a backslash is written \\\\ in a text.';
    throw call.refuse(1, `it is no regular expression (${(error as Error).message})`, hint);
  }
}

function readInRow(pattern: string, call: Call): RE2JS {
  try {
    return loadRe2().compile(pattern);
  } catch {
    throw call.fail(`"${pattern}" is no regular expression`);
  }
}
