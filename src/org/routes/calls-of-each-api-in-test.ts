/** For tests of rights: calls of each API as functions, what they came to, and the words of refusals. */
import { type Ask, type Reply, runJob } from './org-with-rights-in-test.ts';

/** What is there before the calls: a city of the user's own, and one of another user with its country. */
export type Made = { own: string; ofOther: string; countryOfOther: string };
/** What a call came to, in the end: the answer of a job is in its result files. */
export type Outcome = { status: number; said: unknown };
export type Call = (ask: Ask, made: Made) => Promise<Outcome>;

let number = 0;
export const newCode = () => {
  number += 1;
  return `new${number}`;
};
export const city = (more: object = {}) => ({ Name: 'New', Code__c: newCode(), ...more });
const typed = (row: object) => ({ attributes: { type: 'City__c' }, ...row });
const answered = ({ status, json }: Reply): Outcome => ({ status, said: json ?? null });

export const rest =
  (method: string, path: (made: Made) => string, body?: (made: Made) => object): Call =>
  async (ask, made) =>
    answered(await ask(method, path(made), body?.(made)));
export const collection =
  (method: string, row: (made: Made) => object): Call =>
  async (ask, made) =>
    answered(await ask(method, 'composite/sobjects', { records: [typed(row(made))] }));
export const soql =
  (text: string): Call =>
  async (ask) =>
    answered(await ask('GET', `query?q=${encodeURIComponent(text)}`));
export const apex =
  (row: (made: Made) => object): Call =>
  async (ask, made) =>
    answered(await ask('POST', '/services/apexrest/cities', { records: [row(made)] }));

/** Of a job that ran: the errors of its failed rows, or why it failed itself. */
export const bulk =
  (operation: string, csv: (made: Made) => string): Call =>
  async (ask, made) => {
    const job = await runJob(ask, { operation, csv: csv(made) });
    if (job.made.status !== 200) return answered(job.made);
    const errors = [...job.failed.matchAll(/^"[^"]*","([^"]*)"/gm)].map(([, error]) => error).slice(1);
    return { status: 200, said: job.state === 'Failed' ? job.errorMessage : errors };
  };

/** Of a query job that ran: the lines of its result. */
export const bulkQuery =
  (query: string): Call =>
  async (ask) => {
    const made = await ask('POST', 'jobs/query', { operation: 'query', query });
    if (made.status !== 200) return answered(made);
    const { id } = made.json as { id: string };
    const { state, errorMessage = '' } = await endOfQueryJob(ask, id);
    if (state === 'Failed') return { status: 200, said: errorMessage };
    const { text } = await ask('GET', `jobs/query/${id}/results`);
    return { status: 200, said: text.split('\n').filter((line) => line !== '') };
  };

async function endOfQueryJob(ask: Ask, id: string): Promise<Record<string, string>> {
  for (;;) {
    const job = (await ask('GET', `jobs/query/${id}`)).json as Record<string, string>;
    if (job.state === 'JobComplete' || job.state === 'Failed') return job;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const error = (errorCode: string, message: string, fields?: readonly string[]) => [
  errorCode === 'NOT_FOUND' ? { errorCode, message } : { message, errorCode, ...(fields && { fields }) },
];
export const rowFails = (statusCode: string, message: string, fields: readonly string[] = [], more: object = {}) => ({
  status: 200,
  said: [{ ...more, success: false, errors: [{ statusCode, message, fields }] }],
});
/** As an upsert's row: `created` when it would have made one. */
export const apexRowFails = (
  [statusCode, message, fields = []]: readonly [string, string, (readonly string[])?],
  created: boolean,
): Outcome => ({ status: 200, said: [{ success: false, errors: [{ statusCode, message, fields }], created }] });
export const jobFails = (said: unknown) => ({ status: 200, said });

export const isStatus = (status: number) => (outcome: Outcome) => outcome.status === status;
export const rowSucceeds = ({ said }: Outcome) => (said as { success: boolean }[])[0]?.success === true;
export const noRowFails = ({ said }: Outcome) => Array.isArray(said) && said.length === 0;
export const finds = ({ said }: Outcome) => (said as { totalSize: number }).totalSize > 0;

/** More than the line of names. */
export const hasLines = ({ said }: Outcome) => Array.isArray(said) && said.length > 1;

export const notFound = { status: 404, said: error('NOT_FOUND', 'The requested resource does not exist') };
export const insertRefused = [
  'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
  'entity type cannot be inserted: City__c',
] as const;
export const accessRefused = ['INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id'] as const;
export const fieldUnknown = ['INVALID_FIELD', "No such column 'Population__c' on sobject of type City__c"] as const;
export const fieldRefused = [
  'INVALID_FIELD_FOR_INSERT_UPDATE',
  'Unable to create/update fields: Population__c. Please check the security settings of this field and verify that it is read/write for your profile or permission set.',
  ['Population__c'],
] as const;
export const recordHidden = ['INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id'] as const;
export const apiDisabled = (api: string) => ({
  status: 403,
  said: error('API_DISABLED_FOR_ORG', `The ${api} API is not enabled for this Organization.`),
});
export const typeUnknown =
  "\nSELECT Id FROM City__c\n               ^\nERROR at Row:1:Column:16\nsObject type 'City__c' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.";
export const columnUnknown = (query: string, column: number) =>
  `\n${query}\n${' '.repeat(column - 1)}^\nERROR at Row:1:Column:${column}\nNo such column 'Population__c' on entity 'City__c'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`;
