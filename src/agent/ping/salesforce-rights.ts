/** Whether the run-as user may do what the interfaces of a connection are to do. */
import { SluiceError } from '../../base/index.ts';
import { planMapping } from '../../mapping/index.ts';
import { type AnyInterfaceDefinition, type Found, type InterfaceDefinition, isOutbound } from '../../protocol/index.ts';
import type { Salesforce } from '../../salesforce/index.ts';
import { checkTarget } from '../check-target.ts';
import { planOutbound } from '../outbound/plan-outbound.ts';

/** All interfaces are looked at, so that one look tells all that is missing. Throws RIGHTS_MISSING. */
export async function checkRights(
  salesforce: Salesforce,
  interfaces: readonly AnyInterfaceDefinition[] = [],
  signal: AbortSignal,
): Promise<Found> {
  if (interfaces.length === 0) return { skipped: 'No interface uses this connection yet.' };
  const missing: string[] = [];
  for (const definition of interfaces) {
    const problem = await problemOf(salesforce, definition, signal);
    if (problem !== undefined) missing.push(`${definition.name}: ${problem}`);
  }
  if (missing.length > 0) throw new SluiceError('RIGHTS_MISSING', { count: missing.length, list: missing.join(' ') });
  return `The run-as user may do what ${interfaces.length === 1 ? 'the interface needs' : `all ${interfaces.length} interfaces need`}.`;
}

/** What is wrong and what mends it, or nothing when all is well; what keeps from looking at all is thrown. */
async function problemOf(
  salesforce: Salesforce,
  definition: AnyInterfaceDefinition,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    if (isOutbound(definition)) await planOutbound(definition, (object) => salesforce.describe(object, { signal }));
    else await checkWriting(salesforce, definition, signal);
    return undefined;
  } catch (error) {
    if (error instanceof SluiceError && definitionErrors.has(error.code)) return `${error.message} ${error.next}`;
    throw error;
  }
}

async function checkWriting(
  salesforce: Salesforce,
  { object, operation, externalId, key, mapping, nulls = 'clear' }: InterfaceDefinition,
  signal: AbortSignal,
): Promise<void> {
  const describe = await salesforce.describe(object, { signal });
  const { header } = planMapping(mapping, { operation, externalId, defaultNulls: nulls });
  await checkTarget({
    salesforce,
    describe,
    operation,
    externalId: externalId ?? null,
    keyField: key ?? null,
    header,
    signal,
  });
}

const definitionErrors: ReadonlySet<string> = new Set([
  'OBJECT_NOT_FOUND',
  'TARGET_NOT_WRITABLE',
  'TARGET_FIELD_MISSING',
  'TARGET_FIELD_NOT_WRITABLE',
  'EXTERNAL_ID_INVALID',
  'MAPPING_INVALID',
  'SOURCE_FIELD_UNREADABLE',
  'OUTBOUND_UNSUITABLE',
]);
