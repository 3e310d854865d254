/** Reads the values of a picklist: its own, or those of a global value set of the project. */
import type { FieldDefinition } from '../schema/index.ts';
import { createElementReader, type ElementReader } from './element-reader.ts';
import type { ReadWork } from './read-work.ts';

type Values = Exclude<FieldDefinition['values'], undefined>;
type Choices = { values?: Values; restricted?: boolean };

const unseenValueElements: readonly string[] = ['color', 'description'];

export function readValues(read: ElementReader, { name, work }: { name: string; work: ReadWork }): Choices {
  const set = read.part('valueSet');
  if (set === undefined) return {};
  const place = { name, file: read.file, line: set.element.line };
  const own = set.part('valueSetDefinition');
  const shared = set.word('valueSetName');
  set.parts('valueSettings');
  if (set.word('controllingField') !== undefined)
    work.leftOut.add('dependencies between picklists', 'the org in a box takes each value with each other', place);
  const restricted = set.flag('restricted') ?? false;
  const values = own ? valuesOf(own, 'value') : sharedValues(shared, work);
  set.end('value sets');
  return values === undefined ? { restricted } : { values, restricted };
}

/** The global value set that the field names and the project has not; its values cannot be known then. */
export function findMissingSet(read: ElementReader, { valueSets }: ReadWork): string | undefined {
  const set = read.part('valueSet');
  const shared = set?.word('valueSetName');
  return shared === undefined || set?.part('valueSetDefinition') || valueSets.has(shared.toLowerCase())
    ? undefined
    : shared;
}

function sharedValues(name: string | undefined, { valueSets, leftOut }: ReadWork): Values | undefined {
  const set = name === undefined ? undefined : valueSets.get(name.toLowerCase());
  return set && valuesOf(createElementReader(set.element, set.file, leftOut), 'customValue');
}

function valuesOf(set: ElementReader, element: string): Values {
  set.flag('sorted');
  const values = set.parts(element).map((read) => {
    const value = read.text('fullName') ?? read.needWord('fullName');
    const label = read.text('label') ?? value;
    const chosen = read.flag('default') ?? false;
    const active = read.flag('isActive') ?? true;
    read.end('picklist values', unseenValueElements);
    if (label === value && !chosen && active) return value;
    return {
      value,
      ...(label === value ? {} : { label }),
      ...(chosen ? { default: true } : {}),
      ...(active ? {} : { active: false }),
    };
  });
  set.end('value sets', ['description', 'masterLabel']);
  return values;
}
