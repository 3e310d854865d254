/** Reads what Salesforce writes beside a refused row of a bulk job. */

export type SentRowError = { code: string; message: string; fields: readonly string[] };

/**
 * `CODE:message:Field1 Field2 --`; without fields `CODE:message:--` (column `sf__Error` of failedResults).
 * A text of another form is kept whole as the message.
 */
export function parseRowError(text: string): SentRowError {
  const [, code, message, fields] = /^([A-Z][A-Z0-9_]*):([\s\S]*):([^:]*)--\s*$/.exec(text) ?? [];
  if (code !== undefined && message !== undefined)
    return { code, message, fields: fields?.split(/[\s,]+/).filter(Boolean) ?? [] };
  const [, first, rest] = /^([A-Z][A-Z0-9_]*):([\s\S]*)$/.exec(text) ?? [];
  return { code: first ?? 'UNKNOWN_EXCEPTION', message: rest ?? text, fields: [] };
}

/** `InvalidBatch : Field name not found : Foo__c`: the message of a job that failed as a whole. */
export function parseJobError(text: string): { code: string; message: string } {
  const [, code, message] = /^(\w+)\s*:\s*([\s\S]*)$/.exec(text) ?? [];
  return { code: code ?? 'JOB_FAILED', message: message ?? text };
}
