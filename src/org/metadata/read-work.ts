/** What all readers of a project work with. */
import type { LeftOut } from './left-out.ts';
import type { XmlElement } from './parse-xml.ts';
import type { Places } from './place.ts';

export type ReadWork = {
  leftOut: LeftOut;
  places: Places;
  /** Global value sets of the project, by name in small letters. */
  valueSets: ReadonlyMap<string, { file: string; element: XmlElement }>;
  /** Notes a field that was left out, so that rights to it are left out too. */
  withoutField(object: string, field: string): void;
  isWithoutField(object: string, field: string): boolean;
  /** Names of permission sets that were left out, in small letters. */
  withoutSets: Set<string>;
};

export function createReadWork(leftOut: LeftOut, valueSets: ReadWork['valueSets']): ReadWork {
  const without = new Set<string>();
  const keyOf = (object: string, field: string) => `${object}.${field}`.toLowerCase();
  return {
    leftOut,
    places: new WeakMap(),
    valueSets,
    withoutField: (object, field) => void without.add(keyOf(object, field)),
    withoutSets: new Set(),
    isWithoutField: (object, field) => without.has(keyOf(object, field)),
  };
}
