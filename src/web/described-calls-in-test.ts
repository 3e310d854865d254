/** For tests: calls a described API as a person does, each answer held against the description. */
import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/schema';
import { type ApiError, errorAnswer, type Operation } from './index.ts';
import { goodStatus } from './mount-api.ts';

export type Answered = {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into what it was answered, and fails when it is not there
  json: any;
  errors: readonly ApiError[];
  headers: Readonly<Record<string, unknown>>;
  text: string;
};

export type DescribedCall = (method: string, path: string, body?: unknown) => Promise<Answered>;

export type Given = { headers?: Record<string, string>; body?: unknown };

const compiled = new Map<TSchema, ReturnType<typeof Compile>>();

/** Fails when an answer is not as the description says. */
function checkAnswer(operation: Operation<never> | undefined, status: number, json: unknown): void {
  if (operation === undefined) return;
  const good = goodStatus(operation);
  const schema = status >= 400 ? errorAnswer : operation.answer;
  if (status < 400) assert.equal(status, good, `${operation.id} answers as described`);
  if (schema === undefined) {
    assert.equal(json, undefined, operation.id);
    return;
  }
  const check = compiled.get(schema) ?? Compile(schema as never);
  compiled.set(schema, check);
  const [fits, problems] = check.Errors(json);
  assert.ok(fits, `${operation.id} ${status}: ${JSON.stringify(problems)} in ${JSON.stringify(json)}`);
}

function findOperation<Parts>(operations: readonly Operation<Parts>[], method: string, path: string) {
  const parts = path.split('?', 1).join('').split('/');
  return operations.find((one) => {
    const wanted = one.path.split('/');
    return (
      one.method === method &&
      wanted.length === parts.length &&
      wanted.every((part, index) => part.startsWith(':') || part === parts[index])
    );
  });
}

type ApiInTest = { app: FastifyInstance; base: string; operations: readonly Operation<never>[] };

/** `inject` calls as nobody, `logIn` gives a `call` that carries the session. */
export function createDescribedCalls({ app, base, operations }: ApiInTest) {
  const inject = async (method: string, path: string, { headers, body }: Given = {}): Promise<Answered> => {
    const typed = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await app.inject({
      method: method as 'GET',
      url: base + path,
      headers: { ...typed, ...headers },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    const isJson = String(answer.headers['content-type'] ?? '').startsWith('application/json;');
    const json = answer.body === '' || !isJson ? undefined : JSON.parse(answer.body);
    checkAnswer(findOperation(operations, method, path), answer.statusCode, json);
    return { status: answer.statusCode, json, errors: json?.errors ?? [], headers: answer.headers, text: answer.body };
  };
  const logIn = async (username: string, password: string) => {
    const answer = await inject('POST', '/session', { body: { username, password } });
    const cookie = String(answer.headers['set-cookie'] ?? '').split(';', 1)[0] ?? '';
    const headers = { cookie, 'x-csrf-token': String(answer.json?.csrfToken) };
    const call: DescribedCall = (method, path, body) => inject(method, path, { headers, body });
    return { answer, call, headers };
  };
  return { inject, logIn };
}
