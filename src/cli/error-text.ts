/** How an error looks on the command line: one sentence, what the other side said, one next step, the code. */
import { reasonOf, SluiceError } from '../base/index.ts';

/** Anything thrown as an error of the table; what is not in it is INTERNAL. */
export function asSluiceError(thrown: unknown): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  return new SluiceError('INTERNAL', { reason: reasonOf(thrown) }, { cause: thrown });
}

export function errorText(error: SluiceError): string {
  const lines = [error.message, ...saidBy(error), ...fieldsOf(error), error.next, `(${error.code})`];
  return `${lines.map(printable).join('\n')}\n`;
}

/** The same for another program. */
export function errorLine(error: SluiceError): string {
  const { code, message, next, retry } = error;
  const { fields } = error.values;
  return `${JSON.stringify({ event: 'error', code, message, next, retry, said: saidBy(error), fields })}\n`;
}

/** Those that a hub refuses, by the names they are sent under. */
function fieldsOf({ values: { fields } }: SluiceError): string[] {
  return fields === undefined ? [] : [`Field: ${fields}`];
}

/** What Salesforce or its token endpoint said, as it was said. */
function saidBy(error: object): string[] {
  if ('errors' in error && Array.isArray(error.errors))
    return error.errors.map((one) => `Salesforce said: ${said(one)}`);
  if ('error' in error && typeof error.error === 'string') {
    const description = 'error_description' in error ? ` (${String(error.error_description)})` : '';
    return [`The token endpoint said: ${error.error}${description}`];
  }
  return [];
}

function said(one: unknown): string {
  const { errorCode, statusCode, message } = Object(one) as Record<string, unknown>;
  return [errorCode ?? statusCode, message].filter((part) => part !== undefined).join(': ') || JSON.stringify(one);
}

/** Words of others may hold control characters; a terminal must not obey them. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
