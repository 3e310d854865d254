/** Reads a form body (application/x-www-form-urlencoded) strictly: each name once, sound percent-encoding, sound UTF-8. */

export type FormProblem = 'repeated parameter' | 'malformed body';

/** The parameters of the body, or what is wrong with it. RFC 6749 section 3.2 forbids repeated parameters. */
export function readForm(body: Uint8Array): ReadonlyMap<string, string> | FormProblem {
  const parameters = new Map<string, string>();
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  if (text === '') return parameters;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodePart(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decodePart(pair.slice(equals + 1));
    if (name === undefined || value === undefined) return 'malformed body';
    if (parameters.has(name)) return 'repeated parameter';
    parameters.set(name, value);
  }
  return parameters;
}

/** Any other byte makes a part worth the slow way. */
const plainPart = /^[A-Za-z0-9._~:/!*()'-]*$/;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** One name or value, decoded; undefined when it cannot be. Also for the two halves of HTTP Basic (RFC 6749 section 2.3.1). */
export function decodePart(part: string): string | undefined {
  if (plainPart.test(part)) return part;
  try {
    const bytes = Buffer.from(part.replaceAll('+', ' '), 'latin1');
    return decodeURIComponent(strictUtf8.decode(bytes));
  } catch {
    return undefined;
  }
}
