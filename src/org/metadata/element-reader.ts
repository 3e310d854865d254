/** Reads the elements of one metadata file by name, with what is wrong told at its line; what nobody asked for is left out. */
import { findNearestName } from '../../base/index.ts';
import type { LeftOut } from './left-out.ts';
import { metadataError } from './metadata-error.ts';
import type { XmlElement } from './parse-xml.ts';

export type ElementReader = {
  readonly file: string;
  readonly element: XmlElement;
  /** The text as it is; undefined when the element is missing or empty. */
  text(name: string): string | undefined;
  /** The text without blanks around it: names, keys, choices. */
  word(name: string): string | undefined;
  /** As `word`; throws when it is missing. */
  needWord(name: string): string;
  flag(name: string): boolean | undefined;
  number(name: string): number | undefined;
  words(name: string): string[];
  /** A single element with elements of its own. */
  part(name: string): ElementReader | undefined;
  parts(name: string): ElementReader[];
  /** The error for the element of that name, or for the whole when it is missing. */
  refuse(name: string, reason: string): Error;
  /** Reports all that was not read; `unseen` are names of elements that no API shows. */
  end(what: string, unseen?: readonly string[]): void;
};

export function createElementReader(element: XmlElement, file: string, leftOut: LeftOut): ElementReader {
  const asked = new Set<string>();
  const all = (name: string) => {
    asked.add(name);
    return element.children.filter((child) => child.name === name);
  };
  const one = (name: string) => {
    const [first, second] = all(name);
    if (second) throw metadataError({ file, line: second.line }, `<${name}> is there twice in <${element.name}>`);
    return first;
  };
  const leafOf = (name: string) => leaf(one(name), file);
  const word = (name: string) => leafOf(name)?.trim() || undefined;
  const refuse = (name: string, reason: string) => metadataError(placeOf(element, name, file), `<${name}> ${reason}`);
  const reader = (child: XmlElement) => createElementReader(child, file, leftOut);
  return {
    file,
    element,
    text: (name) => leafOf(name) || undefined,
    word,
    refuse,
    needWord(name) {
      const text = word(name);
      if (text === undefined) throw refuse(name, `is missing in <${element.name}>`);
      return text;
    },
    flag: (name) => flagOf(word(name), (reason) => refuse(name, reason)),
    number: (name) => numberOf(word(name), (reason) => refuse(name, reason)),
    words: (name) => all(name).map((child) => leaf(child, file)?.trim() ?? ''),
    part(name) {
      const child = one(name);
      return child && reader(child);
    },
    parts: (name) => all(name).map(reader),
    end: (what, unseen = []) => reportRest(element, { asked, file, leftOut, what, unseen }),
  };
}

function leaf(element: XmlElement | undefined, file: string): string | undefined {
  if (element === undefined) return undefined;
  const [child] = element.children;
  if (child) throw metadataError({ file, line: child.line }, `<${element.name}> takes a text, not <${child.name}>`);
  return element.text;
}

function flagOf(text: string | undefined, refuse: (reason: string) => Error): boolean | undefined {
  if (text === undefined) return undefined;
  if (text !== 'true' && text !== 'false') throw refuse(`is "${text}", but must be true or false`);
  return text === 'true';
}

function numberOf(text: string | undefined, refuse: (reason: string) => Error): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw refuse(`is "${text}", but must be a whole number`);
  return Number(text);
}

function placeOf(element: XmlElement, name: string, file: string): { file: string; line: number } {
  return { file, line: (element.children.find((child) => child.name === name) ?? element).line };
}

type Rest = { asked: ReadonlySet<string>; file: string; leftOut: LeftOut; what: string; unseen: readonly string[] };

function reportRest(element: XmlElement, { asked, file, leftOut, what, unseen }: Rest): void {
  for (const { name, line } of element.children) {
    if (asked.has(name)) continue;
    if (unseen.includes(name)) leftOut.addUnseen(`<${name}> of ${what}`);
    else
      leftOut.add(`<${name}> of ${what}`, `the org in a box has no such thing${hintFor(name, asked)}`, { file, line });
  }
}

function hintFor(name: string, asked: ReadonlySet<string>): string {
  const nearest = findNearestName(name, asked);
  return nearest === undefined ? '' : ` (did you mean <${nearest}>?)`;
}
