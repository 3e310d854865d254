/** Writes elements as the XML text of a metadata file: four blanks deep, in the order of their names. */

/** Undefined values are no elements; a list is as many elements of that name. */
export type XmlValue = string | number | boolean | XmlParts | undefined | readonly XmlValue[];
export type XmlParts = { readonly [element: string]: XmlValue };

export const metadataNamespace = 'http://soap.sforce.com/2006/04/metadata';

export function xmlText(root: string, parts: XmlParts): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<${root} xmlns="${metadataNamespace}">`];
  return `${[...lines, ...linesOf(parts, 1), `</${root}>`].join('\n')}\n`;
}

/** `fullName` goes first, as Salesforce writes it. */
function linesOf(parts: XmlParts, depth: number): string[] {
  const names = Object.keys(parts).sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  return names.flatMap((name) => elementLines(name, parts[name], depth));
}

function rank(name: string): number {
  return name === 'fullName' ? 0 : 1;
}

function elementLines(name: string, value: XmlValue, depth: number): string[] {
  const indent = '    '.repeat(depth);
  if (value === undefined) return [];
  if (isList(value)) return value.flatMap((each) => elementLines(name, each, depth));
  if (typeof value === 'object') return [`${indent}<${name}>`, ...linesOf(value, depth + 1), `${indent}</${name}>`];
  return [`${indent}<${name}>${escaped(String(value))}</${name}>`];
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** A carriage return, and a line break at either end, would be taken for formatting. */
function escaped(text: string): string {
  const withoutReturns = text
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
    .replaceAll('\r', '&#13;');
  const outer = (blanks: string) => blanks.replaceAll('\n', '&#10;');
  return withoutReturns.replace(/^\s+/, outer).replace(/\s+$/, outer);
}

/** Control characters and halves of characters, which cannot be in XML at all. */
const forbidden = /[^\P{Cc}\t\n\r\x7f-\x9f]|[\ufffe\uffff]/gu;

export function withoutForbidden(text: string): string {
  return text.isWellFormed() ? text.replaceAll(forbidden, '') : withoutForbidden(text.toWellFormed());
}

export function isXmlText(text: string): boolean {
  return withoutForbidden(text) === text;
}
