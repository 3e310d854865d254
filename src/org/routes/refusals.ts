/** The refusals the front door itself speaks, and the JSON form of any refusal. */
import { type OrgRefusal, OrgRefused } from '../records/index.ts';

/** Codes whose error bodies begin with `errorCode`; all others begin with `message`. */
const codeFirst = new Set(['NOT_FOUND', 'PROCESSING_HALTED']);

/** The body of an error answer: an array of one, its keys in the order Salesforce has for this code. */
export function errorBody(refusals: readonly Omit<OrgRefusal, 'status'>[]): object[] {
  return refusals.map(({ errorCode, message, fields }) => {
    const head = codeFirst.has(errorCode) ? { errorCode, message } : { message, errorCode };
    return fields === undefined ? head : { ...head, fields };
  });
}

export function refuse(status: number, errorCode: string, message: string, fields?: readonly string[]): OrgRefused {
  return new OrgRefused(fields === undefined ? { status, errorCode, message } : { status, errorCode, message, fields });
}

export const resourceNotFound = () => refuse(404, 'NOT_FOUND', 'The requested resource does not exist');

/** Also for a path segment in the place of an id that is none. */
export const externalIdFieldNotFound = (name: string) =>
  refuse(404, 'NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${name}`);

/** Of a path below `/services/apexrest` that no class is mapped to; some tell of the path behind it (mark M). */
export const noMatchForUrl = () => refuse(404, 'NOT_FOUND', 'Could not find a match for URL');

/** Of a user whose profile and permission sets do not list the class; told by several independent sources. */
export const classForbidden = (name: string) =>
  refuse(403, 'FORBIDDEN', `You do not have access to the Apex class named: ${name}`);

/** An exception that no Apex code caught (mark M). */
export const apexError = (message: string) => refuse(500, 'APEX_ERROR', message);

export const sessionInvalid = () => refuse(401, 'INVALID_SESSION_ID', 'Session expired or invalid');

export const sessionWithoutApi = () =>
  refuse(401, 'INVALID_SESSION_ID', 'This session is not valid for use with the REST API');

/** Of a user without API Enabled; recorded for REST, for Bulk worded alike (mark M). */
export const apiDisabled = (api: 'REST' | 'Bulk') =>
  refuse(403, 'API_DISABLED_FOR_ORG', `The ${api} API is not enabled for this Organization.`);

/** A JSON Web Token that has ended, was revoked, or is none: not INVALID_SESSION_ID, as captured. */
export const jwtInvalid = () => refuse(401, 'INVALID_AUTH_HEADER', 'INVALID_JWT_FORMAT');

export const jwtWithoutApi = () => refuse(401, 'INVALID_AUTH_HEADER', 'INVALID_SCOPES');

export const authorizationMalformed = () => refuse(401, 'INVALID_AUTH_HEADER', 'INVALID_HEADER_TYPE');

/** The answer to a version that was retired; its body is not documented (mark M). */
export const versionRetired = (version: string) =>
  refuse(410, 'UNSUPPORTED_API_VERSION', `API version ${version} has been retired. Please use a supported API version`);

export const methodNotAllowed = (method: string, allowed: readonly string[]) =>
  refuse(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${method}' not allowed. Allowed are ${allowed.join(',')}`);

export const requestLimitExceeded = () => refuse(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');

export const jsonUnreadable = (message: string) => refuse(400, 'JSON_PARSER_ERROR', message);

export const mediaTypeUnsupported = (accepted: string) =>
  refuse(415, 'UNSUPPORTED_MEDIA_TYPE', `Content type must be one of ${accepted}`);

/** Codes of single rows that are not answered with 400 when the row was the whole call. */
const rowStatus: Readonly<Record<string, number>> = {
  ENTITY_IS_DELETED: 404,
  NOT_FOUND: 404,
  INSUFFICIENT_ACCESS_OR_READONLY: 403,
  REQUEST_LIMIT_EXCEEDED: 403,
};

export function statusOfRowError(errorCode: string): number {
  return rowStatus[errorCode] ?? 400;
}
