/** The description of an API in OpenAPI 3.1, made of the schemas that check the requests. */
import type { TSchema } from 'typebox';
import { errorAnswer } from './api-refused.ts';
import { goodStatus } from './mount-api.ts';
import type { Operation } from './operation.ts';

type Json = Readonly<Record<string, unknown>>;

const refusalWords: Readonly<Record<number, string>> = {
  400: 'What was sent does not fit; each error names its field.',
  401: 'Nobody is signed in.',
  403: 'The caller may not do this, or the header X-CSRF-Token is missing or wrong.',
  404: 'There is no such thing.',
  409: 'Somebody else changed it in the meantime, or it is not in the state for this.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  429: 'Too many tries; Retry-After says when the next may come.',
};

export type ApiDescription = {
  /** Where it is mounted: `/setup/api`. */
  base: string;
  title: string;
  summary: string;
  cookieName: string;
  operations: readonly Operation<never>[];
};

/** OpenAPI 3.1 of all operations. */
export function describeApi({ base, title, summary, cookieName, operations }: ApiDescription): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of operations) {
    const path = one.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: describeOperation(one) };
  }
  return {
    openapi: '3.1.0',
    info: { title, version: '1', summary },
    servers: [{ url: base }],
    security: [{ session: [], csrf: [] }],
    tags: [...new Set(operations.map(({ page }) => page))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Errors: errorAnswer },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: cookieName, description: 'Set by POST /session.' },
        csrf: {
          type: 'apiKey',
          in: 'header',
          name: 'X-CSRF-Token',
          description: 'The csrfToken of GET /session; wanted with every method but GET.',
        },
      },
    },
  };
}

function describeOperation(operation: Operation<never>): Json {
  const { id, summary, page, role, signed, body, answer, files } = operation;
  const status = goodStatus(operation);
  const content = files === undefined ? (answer === undefined ? {} : contentOf(answer)) : filesOf(files);
  const good = { description: 'All is well.', ...content };
  return {
    operationId: id,
    summary,
    ...(role === undefined ? {} : { 'x-role': role }),
    tags: [page],
    ...(signed ? (operation.method === 'GET' ? { security: [{ session: [] }] } : {}) : { security: [] }),
    ...parametersOf(operation),
    ...(body === undefined ? {} : { requestBody: { required: true, ...contentOf(body) } }),
    responses: Object.fromEntries([[String(status), good], ...refusalsOf(operation)]),
  };
}

function contentOf(schema: TSchema): Json {
  return { content: { 'application/json': { schema } } };
}

function filesOf(types: readonly string[]): Json {
  return { content: Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }])) };
}

function parametersOf({ path, query }: Operation<never>): Json {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: (query?.required as readonly string[] | undefined)?.includes(name) ?? false,
    schema,
  }));
  const all = [...inPath, ...inQuery];
  return all.length === 0 ? {} : { parameters: all };
}

function refusalsOf({ signed, body, query, method, path, refusals = [], role }: Operation<never>): [string, Json][] {
  const statuses = new Set(refusals);
  if (body !== undefined || query !== undefined) statuses.add(400);
  if (body !== undefined) for (const status of [413, 415]) statuses.add(status);
  if (signed) statuses.add(401);
  if (signed && (method !== 'GET' || role !== undefined)) statuses.add(403);
  if (path.includes(':')) statuses.add(404);
  return [...statuses]
    .sort((one, other) => one - other)
    .map((status) => [
      String(status),
      {
        description: refusalWords[status] ?? 'The call was refused.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Errors' } } },
      },
    ]);
}
