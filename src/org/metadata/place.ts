/** Where in the metadata files a part of a setup comes from, so that an error can say so. */
import type { ValuePath } from '../../base/index.ts';
import type { FilePlace } from './metadata-error.ts';
import type { XmlElement } from './parse-xml.ts';

/** `element` is the name that the part of the setup has in the file. */
export type Place = FilePlace & { element: string };

/** Finds the place of a part of an entry, by the way from the entry to it. */
export type FindPlace = (rest: ValuePath) => Place;

/** Of each entry of a setup (a field, an object, a profile, an app) how its parts are found. */
export type Places = WeakMap<object, FindPlace>;

/** For entries whose keys have elements of their own; `names` says which. A key without an element is told of the whole. */
export function placesByName(
  sources: readonly { file: string; element: XmlElement }[],
  names: Readonly<Record<string, string>>,
): FindPlace {
  return ([key = '']) => {
    const name = names[key] ?? String(key);
    for (const { file, element } of sources) {
      const found = findElement(element, name);
      if (found) return { file, line: found.line, element: name };
    }
    const [first] = sources;
    return { file: first?.file ?? '', line: first?.element.line, element: name };
  };
}

function findElement(element: XmlElement, name: string): XmlElement | undefined {
  const own = element.children.find((child) => child.name === name);
  if (own) return own;
  for (const child of element.children) {
    const found = findElement(child, name);
    if (found) return found;
  }
  return undefined;
}
