/** Every function of the formula language, by name. */
import type { FunctionEntry } from './function-entry.ts';
import { conversionFunctions } from './functions/conversions.ts';
import { dateFunctions } from './functions/dates.ts';
import { logicalFunctions } from './functions/logical.ts';
import { mathFunctions } from './functions/math.ts';
import { textFunctions } from './functions/text.ts';

const entries = [...logicalFunctions, ...textFunctions, ...mathFunctions, ...dateFunctions, ...conversionFunctions];

export const functionTable: ReadonlyMap<string, FunctionEntry> = new Map(
  entries.sort((one, other) => (one.name < other.name ? -1 : 1)).map((entry) => [entry.name, entry]),
);
