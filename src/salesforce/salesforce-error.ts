/** What Salesforce and its token endpoint say when they refuse, kept in their words beside our own sentence. */
import { type ErrorCode, type ErrorValues, SluiceError } from '../base/index.ts';

/** One entry of a REST error body, as sent (REST guide, status codes and error responses). */
export type SentError = { errorCode: string; message: string; fields?: readonly string[] };

/** A whole answer that refuses. */
export type Refusal = { status: number; errors: readonly SentError[]; text: string };

/** Salesforce answered, and refused. `status` is the HTTP status as sent, `errors` its list as sent. */
export class SalesforceError extends SluiceError {
  override readonly status: number;
  readonly errors: readonly SentError[];

  constructor(code: ErrorCode, values: ErrorValues, refusal: Refusal & { inDoubt: boolean }) {
    super(code, values, { inDoubt: refusal.inDoubt });
    this.name = 'SalesforceError';
    this.status = refusal.status;
    this.errors = refusal.errors;
  }
}

/** The token endpoint answered, and refused. `error` and `error_description` are as sent. */
export class OAuthError extends SluiceError {
  override readonly status: number;
  readonly error: string;
  readonly error_description: string;

  constructor(sent: { status: number; error: string; error_description: string }) {
    const values = {
      error: sent.error,
      description: sent.error_description,
      cure: cureOf(sent),
      sentStatus: sent.status,
    };
    super(isLoginRate(sent) ? 'LOGIN_RATE_EXCEEDED' : 'TOKEN_REFUSED', values);
    this.name = 'OAuthError';
    this.status = sent.status;
    this.error = sent.error;
    this.error_description = sent.error_description;
  }
}

/** The next step for what the token endpoint says; texts as captured in the field, so each is one line here. */
const cures: readonly [RegExp, string][] = [
  [
    /^invalid_client_id|client identifier invalid/i,
    'Check the consumer key; a new app needs up to ten minutes until its key is known everywhere.',
  ],
  [
    /invalid client credentials|client secret invalid/i,
    'Check the consumer secret; it may have been rotated in the settings of the app.',
  ],
  [
    /no client credentials user enabled/i,
    'Name a Run As user (by username) in the policies of the app, and enable the client credentials flow there too.',
  ],
  [/client credentials flow not enabled/i, 'Enable the client credentials flow in the OAuth settings of the app.'],
  [
    /not admin approved/i,
    "Attach the app to the run-as user's profile or permission set, or let all users authorise themselves.",
  ],
  [/not supported on this domain/i, 'Use the My Domain URL of the org, from Setup, My Domain.'],
  [
    /no valid scopes defined/i,
    'Give the app the scope "Manage user data via APIs (api)"; Full access alone is not enough.',
  ],
  [/scope parameter not supported/i, 'Take the scope out of the token URL; the scopes come from the app.'],
  [
    /^app_not_found/i,
    'Install the external client app in this org, or check that the My Domain is that of the right org.',
  ],
  [
    /ip restricted/i,
    'Add the address of this machine to the allowed IP ranges, or check the login hours of the run-as user.',
  ],
  [/inactive_user|user is inactive/i, 'Activate the run-as user, or name another one in the policies of the app.'],
  [/inactive_org|org is locked/i, 'The org is locked or suspended; ask its administrator.'],
  [/blocked by admin/i, 'Unblock the app in Setup, Connected Apps OAuth Usage.'],
  [
    /grant type not supported/i,
    'Check that the token URL ends in /services/oauth2/token and is that of a Salesforce org.',
  ],
];

const otherCure = 'See Setup, Login History of the run-as user for the reason, and check key, secret and My Domain.';

function cureOf({ error, error_description }: { error: string; error_description: string }): string {
  const text = `${error} ${error_description}`;
  return cures.find(([pattern]) => pattern.test(text))?.[1] ?? otherCure;
}

function isLoginRate({ error, error_description }: { error: string; error_description: string }): boolean {
  return /login rate exceeded|number of logins exceeded|^rate_limit_exceeded/i.test(`${error} ${error_description}`);
}

/** Texts of a 401 INVALID_SESSION_ID that a new token would not cure (known from jsforce, which loops without this). */
const incurable = ['This session is not valid for use with the REST API', 'Connected app is not attached to Agent'];

/** The 401 of an expired JWT-based token, as captured from an org. */
const expiredJwtMessage = 'INVALID_JWT_FORMAT';

/** The text of the 403 by which some endpoints refuse a dead token. */
const badTokenText = 'Bad_OAuth_Token';

/** Whether a new access token may cure this refusal. */
export function asksForNewToken({ status, errors, text }: Refusal): boolean {
  if (status === 403) return text.includes(badTokenText);
  if (status !== 401) return false;
  return errors.some(
    ({ errorCode, message }) =>
      (errorCode === 'INVALID_SESSION_ID' && !incurable.some((known) => message.includes(known))) ||
      (errorCode === 'INVALID_AUTH_HEADER' && message.includes(expiredJwtMessage)),
  );
}

/** Reads a refusal's body: the REST array where it is one, any other text as text. */
export function readRefusal(status: number, text: string): Refusal {
  return { status, errors: findSentErrors(text), text: text.slice(0, 2_000) };
}

function findSentErrors(text: string): SentError[] {
  const body = parseJson(text);
  const list: unknown[] = Array.isArray(body) ? body : [body];
  return list.filter(isSentError);
}

function isSentError(entry: unknown): entry is SentError {
  if (typeof entry !== 'object' || entry === null) return false;
  const { errorCode, message } = entry as Record<string, unknown>;
  return typeof errorCode === 'string' && typeof message === 'string';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * What a refusal is, as an error. `what` names the call; `safe` says that it changes nothing.
 *
 * A 4xx is a clear no. A 5xx to a call that changes something leaves it in doubt, unless Salesforce itself says in its
 * own form that it is not available; a proxy between may answer 503 after the call went through.
 */
export function toSalesforceError(refusal: Refusal, { what, safe }: { what: string; safe: boolean }): SalesforceError {
  const code = codeOf(refusal);
  const values = { what, sentStatus: refusal.status, reason: reasonIn(refusal), cure: sessionCure(refusal) };
  return new SalesforceError(code, values, { ...refusal, inDoubt: !safe && leavesDoubt(refusal) });
}

const codeOfSentCode: ReadonlyMap<string, ErrorCode> = new Map([
  ['REQUEST_LIMIT_EXCEEDED', 'SALESFORCE_LIMIT'],
  ['LIMIT_EXCEEDED', 'SALESFORCE_LIMIT'],
  ['UNABLE_TO_LOCK_ROW', 'ROW_LOCKED'],
  ['API_DISABLED_FOR_ORG', 'API_NOT_ENABLED'],
  ['API_CURRENTLY_DISABLED', 'API_NOT_ENABLED'],
  ['SERVER_UNAVAILABLE', 'SALESFORCE_BUSY'],
  ['SERVICE_UNAVAILABLE', 'SALESFORCE_BUSY'],
  ['QUERY_TIMEOUT', 'SALESFORCE_BUSY'],
  ['TXN_SECURITY_METERING_ERROR', 'SALESFORCE_BUSY'],
]);

/** 420 and 429 are what the edge says when it has no room; 408 when it waited in vain. */
const busyStatuses = new Set([408, 420, 429]);

function codeOf({ status, errors, text }: Refusal): ErrorCode {
  for (const { errorCode } of errors) {
    const known = codeOfSentCode.get(errorCode);
    if (known) return known;
  }
  if (status === 401 || (status === 403 && text.includes(badTokenText))) return 'SESSION_REFUSED';
  if (status >= 500 || busyStatuses.has(status)) return 'SALESFORCE_BUSY';
  return status >= 300 && status < 400 ? 'SALESFORCE_REDIRECTED' : 'SALESFORCE_REFUSED';
}

function leavesDoubt({ status, errors }: Refusal): boolean {
  if (status === 503) return errors.length === 0;
  return status >= 500 || status === 408;
}

function reasonIn({ errors, text }: Refusal): string {
  if (errors.length > 0) return errors.map(({ errorCode, message }) => `${errorCode}: ${oneLine(message)}`).join('; ');
  const plain = oneLine(text.replaceAll(/<[^>]*>/g, ' '));
  return plain === '' ? 'it gave no reason' : plain.slice(0, 200);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
}

function sessionCure({ errors }: Refusal): string {
  const incurableHere = errors.some(({ message }) => incurable.some((known) => message.includes(known)));
  return incurableHere
    ? 'Give the app the scope "Manage user data via APIs (api)", and check API Access Control.'
    : 'A new token was refused too: check the session settings of the app and the run-as user.';
}
