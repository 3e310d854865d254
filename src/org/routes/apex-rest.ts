/** `/services/apexrest`: calls of Apex classes, in the order session, API, limit, path, class access, method. */
import { OrgRefused } from '../records/index.ts';
import type { ApexAnswer, MappedClass } from './apex-class.ts';
import { saveRecordsOfBody } from './apex-records.ts';
import { bodyPieces } from './body-pieces.ts';
import type { Answer, Call, OrgParts } from './call.ts';
import { noteFailure } from './note-failure.ts';
import { apexError, classForbidden, methodNotAllowed, noMatchForUrl } from './refusals.ts';
import { unsupportedText } from './unsupported.ts';

/** What is left of a call once session, API access and limit were checked. */
export type ApexCall = Omit<Call, 'method' | 'apiVersion' | 'base' | 'params'> & {
  /** After `_HttpMethod`; HEAD comes as GET. */
  method: string;
  /** The whole path of the URL. */
  path: string;
  signal: AbortSignal;
};

/**
 * By a class's own engine, or by the function a program gave for it. A path no class is mapped to, and a class nobody answers
 * for, are the same from outside.
 */
export async function answerApex(call: ApexCall, org: OrgParts): Promise<Answer> {
  const path = call.path.replace(/^\/services\/apexrest/i, '').replace(/\/+$/, '');
  const found = org.apexClasses.findByPath(path);
  if (found === undefined) throw unanswered(call, org);
  const { apexClass, rest } = found;
  const { name, methods, records } = apexClass;
  if (!call.access.mayCallClass(name)) throw classForbidden(name);
  const method = methods.find((each) => each === call.method);
  if (method === undefined) throw methodNotAllowed(call.method, methods.flatMap(withHead));
  if (records !== undefined) return saveRecordsOfBody(call, org, records);
  return answerByHandler({ ...call, method }, { path, rest, apexClass }, org);
}

function withHead(method: string): string[] {
  return method === 'GET' ? ['HEAD', 'GET'] : [method];
}

function unanswered({ method, path }: ApexCall, { log }: OrgParts, apexClass?: string): OrgRefused {
  log.warn({ unsupported: 'apexrest', method, path, ...(apexClass && { apexClass }) }, unsupportedText);
  return noMatchForUrl();
}

type Target = { path: string; rest: string; apexClass: MappedClass };
type MethodCall = ApexCall & { method: MappedClass['methods'][number] };

async function answerByHandler(call: MethodCall, { path, rest, apexClass }: Target, org: OrgParts): Promise<Answer> {
  const { name, handler } = apexClass;
  if (handler === undefined) throw unanswered(call, org, name);
  const { method, query, headers, session, signal } = call;
  const user = { id: session.userId, username: org.setup.findUser(session.userId)?.username ?? '' };
  const body = bodyPieces(call, { what: 'request body', code: 'INVALID_REQUEST' });
  const { organizationId } = org.setup;
  const given = { method, path, rest, query, headers, body, user, organizationId };
  try {
    return plainAnswer(await withinLimit(org, signal, async (signal) => await handler({ ...given, signal })));
  } catch (error) {
    if (error instanceof OrgRefused) throw error;
    const number = noteFailure(org, error, `the handler of Apex class ${name} failed`);
    throw apexError(`System.UnexpectedException: an unexpected error occurred, ErrorId ${number}`);
  }
}

/** What a transaction of Apex may spend in callouts, which is what a handler stands for (mark M: the text is told of, not recorded). */
const limitMs = 120_000;

/** The handler is told by its signal when its time is over; what it says afterwards is not heard. */
async function withinLimit(
  { clock }: OrgParts,
  gone: AbortSignal,
  handle: (signal: AbortSignal) => Promise<ApexAnswer>,
): Promise<ApexAnswer> {
  const late = new AbortController();
  const answered = new AbortController();
  const signal = AbortSignal.any([gone, late.signal]);
  const limit = clock.sleep(limitMs, { signal: answered.signal }).then(() => {
    const error = apexError(`System.CalloutException: Exceeded maximum time allotted for callout (${limitMs} ms)`);
    late.abort(error);
    throw error;
  });
  try {
    return await Promise.race([handle(signal), limit]);
  } finally {
    answered.abort();
  }
}

/** The org writes these itself: how a body is sent is not the handler's to say. */
const ofTheConnection: readonly string[] = ['connection', 'content-encoding', 'content-length', 'transfer-encoding'];

function plainAnswer({ status, headers = {}, body }: ApexAnswer): Answer {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const contentType = named.find(([name]) => name === 'content-type')?.[1] ?? 'application/json;charset=UTF-8';
  const others = named.filter(([name]) => name !== 'content-type' && !ofTheConnection.includes(name));
  const answer = { status, headers: Object.fromEntries(others), contentType };
  if (body === undefined) return answer;
  return typeof body === 'string' ? { ...answer, text: body } : { ...answer, bytes: body };
}
