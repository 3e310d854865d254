/** Reads an XML text into elements with their lines. No document type, so no entities but the five of XML itself. */
import { createRequire } from 'node:module';
import { type FilePlace, metadataError } from './metadata-error.ts';

const require = createRequire(import.meta.url);
// Loaded with the first metadata file.
const loadXml = () => require('fast-xml-parser') as typeof import('fast-xml-parser');

export type XmlElement = {
  name: string;
  line: number;
  /** Of the element itself, entities resolved; empty when it holds elements. */
  text: string;
  children: readonly XmlElement[];
};

type Node = Readonly<Record<string, unknown>>;
type Work = { file: string; lineOf(offset: number): number; offsetOf: symbol };

/** The root element of a text. @throws SluiceError METADATA_INVALID with the line of what is wrong. */
export function parseXml(text: string, file: string): XmlElement {
  const { XMLParser, XMLValidator } = loadXml();
  refuseDocumentType(text, file);
  const validity = XMLValidator.validate(text);
  if (validity !== true) {
    const { line, msg } = validity.err;
    const hint = msg.includes("'&'") ? ' A lone & is written &amp; in XML.' : '';
    throw metadataError({ file, line }, `this is not well-formed XML: ${msg}${hint}`);
  }
  const work = { file, lineOf: createLineFinder(text), offsetOf: XMLParser.getMetaDataSymbol() as unknown as symbol };
  const roots = parse(text, file).filter((node) => nameOf(node) !== textName);
  const [root] = roots;
  if (root === undefined || roots.length > 1) throw metadataError({ file, line: 1 }, 'this is no XML with one root');
  return elementOf(root, work);
}

const textName = '#text';
const cdataName = '#cdata';
const attributesName = ':@';

function parse(text: string, file: string): Node[] {
  const { XMLParser } = loadXml();
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    parseTagValue: false,
    trimValues: false,
    processEntities: false,
    cdataPropName: cdataName,
    captureMetaData: true,
  });
  try {
    return parser.parse(text) as Node[];
  } catch (cause) {
    throw metadataError({ file }, `this XML cannot be read: ${(cause as Error).message.replace('[SECURITY] ', '')}`);
  }
}

function refuseDocumentType(text: string, file: string): void {
  const offset = text.search(/<!DOCTYPE/i);
  if (offset < 0) return;
  const line = createLineFinder(text)(offset);
  throw metadataError({ file, line }, 'a document type (<!DOCTYPE) is not taken: metadata files have none');
}

function elementOf(node: Node, work: Work): XmlElement {
  const name = nameOf(node);
  const { startIndex = 0 } = Object((node as Record<symbol, unknown>)[work.offsetOf]) as { startIndex?: number };
  const line = work.lineOf(startIndex);
  const parts = node[name] as readonly Node[];
  const children = parts.filter((part) => !isText(part)).map((part) => elementOf(part, work));
  const text = children.length > 0 ? '' : textOf(parts, { file: work.file, line });
  return { name, line, text, children };
}

function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== attributesName) ?? textName;
}

function isText(node: Node): boolean {
  return textName in node || cdataName in node;
}

/** What a formatter put around a text, a line break and blanks, does not belong to it. */
function textOf(parts: readonly Node[], place: FilePlace): string {
  const lone = parts.length === 1;
  return parts
    .map((part) => {
      if (cdataName in part) return String((part[cdataName] as readonly Node[])[0]?.[textName] ?? '');
      const raw = String(part[textName]).replaceAll(/\r\n?/g, '\n');
      return resolveEntities(lone ? withoutFormatting(raw) : raw, place);
    })
    .join('');
}

function withoutFormatting(text: string): string {
  const start = text.length - text.trimStart().length;
  const head = text.slice(0, start).includes('\n') ? text.trimStart() : text;
  const end = head.trimEnd().length;
  return head.slice(end).includes('\n') ? head.slice(0, end) : head;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const maxCodePoint = 0x10_ffff;

function resolveEntities(text: string, place: FilePlace): string {
  return text.replaceAll(/&([^;&\s]{0,12};?)/g, (whole, body: string) => {
    const resolved = body.endsWith(';') ? resolveEntity(body.slice(0, -1)) : undefined;
    if (resolved === undefined)
      throw metadataError(
        place,
        `${whole} stands for nothing in XML without a document type; a lone & is written &amp;`,
      );
    return resolved;
  });
}

function resolveEntity(name: string): string | undefined {
  const code = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
  if (code === null) return Object.hasOwn(entities, name) ? entities[name] : undefined;
  const point = code[1] === undefined ? Number(code[2]) : Number.parseInt(code[1], 16);
  return point <= maxCodePoint ? String.fromCodePoint(point) : undefined;
}

/** Gives the line, from 1, of an offset. */
function createLineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
