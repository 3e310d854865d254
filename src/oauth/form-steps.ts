/** The steps of form every endpoint begins with: method, query, size, media type, parameters (RFC 6749 sections 2.3.1, 3.2). */
import type { Refusal } from './dialect/dialect.ts';
import { type Exchange, maxTokenRequestBytes, type Step } from './exchange.ts';
import { readForm } from './form.ts';

export const noParameters: ReadonlyMap<string, string> = new Map();

export const formSteps: readonly Step[] = [checkMethod, checkQuery, checkSize, checkMediaType, readParameters];

function checkMethod({ request }: Exchange): Refusal | undefined {
  return request.method === 'POST' ? undefined : 'wrong method';
}

const credentials =
  /^(client_id|client_secret|grant_type|client_assertion|client_assertion_type|assertion|code|code_verifier|refresh_token|token|username|password)$/i;

/** Never in the URL, where logs keep it. */
function checkQuery({ request: { url } }: Exchange): Refusal | undefined {
  const mark = url.indexOf('?');
  if (mark < 0) return undefined;
  const names = [...new URLSearchParams(url.slice(mark + 1)).keys()];
  return names.some((name) => credentials.test(name.trim())) ? 'credentials in query' : undefined;
}

function checkSize({ request: { body } }: Exchange): Refusal | undefined {
  return body.length > maxTokenRequestBytes ? 'body too large' : undefined;
}

const formType = 'application/x-www-form-urlencoded';

function checkMediaType({ request: { headers } }: Exchange): Refusal | undefined {
  const type = headers['content-type'];
  if (type === formType) return undefined;
  return type?.split(';', 1)[0]?.trim().toLowerCase() === formType ? undefined : 'wrong media type';
}

function readParameters(exchange: Exchange): Refusal | undefined {
  const parameters = readForm(exchange.request.body);
  if (typeof parameters === 'string') return parameters;
  exchange.parameters = parameters;
  return undefined;
}
