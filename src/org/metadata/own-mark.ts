/** The line by which an export knows its own files: what was changed since, or made by others, is not written over. */
import { createHash } from 'node:crypto';

/** At the end, since Salesforce's own tools take the first thing of a file for its root element. */
const markLine = /^<!-- Written by "sluice org export" \(([0-9a-f]{16})\)\. -->\r?\n$/m;

/** The text with the mark as its last line. */
export function marked(text: string): string {
  return `${text}<!-- Written by "sluice org export" (${digestOf(text)}). -->\n`;
}

/** Whether the text is as an export wrote it; line ends may be those of another system. */
export function isOwn(text: string): boolean {
  const found = markLine.exec(text);
  return found !== null && found[1] === digestOf(text.slice(0, found.index));
}

function digestOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex').slice(0, 16);
}
