/** What is answered to a query that cannot be carried out: Salesforce's words, with the place in the query where it went wrong. */
import { OrgRefused } from '../records/refusal.ts';

/** Characters of the query shown on each side of the place; Salesforce shows about as many, cut at whole words. */
const contextCharacters = 40;

const nameHint = 'Please reference your WSDL or the describe call for the appropriate names.';

/** A part of SOQL that this org does not know: refused as Salesforce refuses what it does not know, and reported. */
export class SoqlUnsupported extends OrgRefused {
  readonly what: string;

  constructor(what: string, refused: OrgRefused) {
    super(refused.refusal);
    this.name = 'SoqlUnsupported';
    this.what = what;
  }
}

/** Row and column, both from 1, of an offset in a text. */
export function positionOf(text: string, at: number): { row: number; column: number } {
  const before = text.slice(0, at);
  return { row: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}

/** A refusal without a place. */
export function refuse(errorCode: string, sentence: string): OrgRefused {
  return new OrgRefused({ status: 400, errorCode, message: sentence });
}

/** A refusal with a piece of the query, a caret under the place and its row and column. */
export function refuseAt(source: string, at: number, errorCode: string, sentence: string): OrgRefused {
  const { row, column } = positionOf(source, at);
  const { text, caret } = contextOf(source, at);
  const message = `\n${text}\n${' '.repeat(caret)}^\nERROR at Row:${row}:Column:${column}\n${sentence}`;
  return refuse(errorCode, message);
}

/** The piece of the line around the place, cut between words, and where the place is in it. */
function contextOf(source: string, at: number): { text: string; caret: number } {
  const lineStart = source.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = source.indexOf('\n', at) < 0 ? source.length : source.indexOf('\n', at);
  let start = Math.max(lineStart, at - contextCharacters);
  while (start > lineStart && start < at && !/[\s,]/.test(source[start - 1] ?? '')) start += 1;
  while (start > lineStart && start < at && source[start] === ' ') start += 1;
  let end = Math.min(lineEnd, at + contextCharacters);
  while (end < lineEnd && end > at && !/[\s,]/.test(source[end] ?? '')) end -= 1;
  return { text: source.slice(start, end), caret: at - start };
}

export function unexpectedToken(source: string, token: { text: string; at: number }): OrgRefused {
  return refuseAt(source, token.at, 'MALFORMED_QUERY', `unexpected token: '${token.text}'`);
}

/** Refuses as an unexpected token what Salesforce knows and this org does not. */
export function unsupported(source: string, token: { text: string; at: number }, what: string): SoqlUnsupported {
  return new SoqlUnsupported(what, unexpectedToken(source, token));
}

export function unknownObject(source: string, at: number, name: string): OrgRefused {
  const sentence = `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. ${nameHint}`;
  return refuseAt(source, at, 'INVALID_TYPE', sentence);
}

export function unknownField(source: string, at: number, name: string, object: string): OrgRefused {
  const sentence = `No such column '${name}' on entity '${object}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. ${nameHint}`;
  return refuseAt(source, at, 'INVALID_FIELD', sentence);
}

export function unknownParent(source: string, at: number, name: string): OrgRefused {
  const sentence = `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. ${nameHint}`;
  return refuseAt(source, at, 'INVALID_FIELD', sentence);
}

export function unknownChildren(source: string, at: number, name: string): OrgRefused {
  const sentence = `Didn't understand relationship '${name}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. ${nameHint}`;
  return refuseAt(source, at, 'INVALID_TYPE', sentence);
}

export const invalidLocator = (): OrgRefused => refuse('INVALID_QUERY_LOCATOR', 'invalid query locator');
