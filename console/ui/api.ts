/** A typed client of a described API over `fetch`: what it takes and gives comes from the operations themselves, as types alone. */
import type { Static, TSchema } from 'typebox';

/** As `TypedOperation` of the server describes them. */
export type DescribedOperation = {
  method: string;
  path: string;
  readonly taken: { body: unknown; query: unknown; answer: unknown } | undefined;
};

type Taken<Operation extends DescribedOperation> = NonNullable<Operation['taken']>;
type Found<Operation extends DescribedOperation, Method, Path> = Extract<Operation, { method: Method; path: Path }>;

/** Undefined where the operation names no schema. */
type ValueOf<Schema> = Schema extends TSchema ? (TSchema extends Schema ? undefined : Static<Schema>) : undefined;

export type PathOf<Operation extends DescribedOperation, Method> = Extract<Operation, { method: Method }>['path'];
export type BodyOf<Operation extends DescribedOperation, Method, Path> = ValueOf<
  Taken<Found<Operation, Method, Path>>['body']
>;
export type AnswerOf<Operation extends DescribedOperation, Method, Path> = ValueOf<
  Taken<Found<Operation, Method, Path>>['answer']
>;

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export type Given<Body> = {
  params?: Readonly<Record<string, string>>;
  query?: Query;
  signal?: AbortSignal | undefined;
} & (Body extends undefined ? { body?: undefined } : { body: Body });

export type ApiError = { field: string | null; message: string; next: string };

/** What the API refused, in its own sentences. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  /** 0 when no answer came. */
  readonly status: number;
  readonly errors: readonly ApiError[];
  readonly retryAfterSeconds: number | undefined;
  constructor(status: number, errors: readonly ApiError[], retryAfterSeconds?: number) {
    super(errors.map(({ message }) => message).join(' '));
    this.status = status;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export type Api<Operation extends DescribedOperation> = {
  /** Throws ApiFailure for all that is not answered with success. */
  call<Method extends Operation['method'], Path extends PathOf<Operation, Method> & string>(
    method: Method,
    path: Path,
    ...given: BodyOf<Operation, Method, Path> extends undefined
      ? [given?: Given<undefined>]
      : [given: Given<BodyOf<Operation, Method, Path>>]
  ): Promise<AnswerOf<Operation, Method, Path>>;
  /** Of the session; sent with every call that changes something, kept in memory alone. */
  setCsrfToken(token: string | undefined): void;
};

export type ApiSettings = {
  base: string;
  /** The sentence and the next step for when no answer came. */
  noAnswer: Pick<ApiError, 'message' | 'next'>;
};

export function createApi<Operation extends DescribedOperation>({ base, noAnswer }: ApiSettings): Api<Operation> {
  let csrfToken: string | undefined;
  const headersFor = (method: string, body: unknown): Record<string, string> => ({
    Accept: 'application/json',
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(method === 'GET' || csrfToken === undefined ? {} : { 'X-CSRF-Token': csrfToken }),
  });
  return {
    async call(method, path, ...[given]) {
      const { body, signal } = given ?? {};
      const request: RequestInit = {
        method,
        headers: headersFor(method, body),
        ...(signal === undefined ? {} : { signal }),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      };
      const response = await fetch(base + addressOf(path, given ?? {}), request).catch((cause: unknown) => {
        if (signal?.aborted) throw cause;
        throw new ApiFailure(0, [{ field: null, ...noAnswer }]);
      });
      return (await readAnswer(response, noAnswer)) as never;
    },
    setCsrfToken(token) {
      csrfToken = token;
    },
  };
}

/** The path with its `:id` filled in, and the query without what is not given. */
export function addressOf(path: string, { params = {}, query = {} }: Pick<Given<undefined>, 'params' | 'query'>) {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? filled : `${filled}?${search}`;
}

async function readAnswer(response: Response, noAnswer: ApiSettings['noAnswer']): Promise<unknown> {
  if (response.status === 204) return undefined;
  const json = (await response.json().catch(() => undefined)) as unknown;
  if (response.ok && json !== undefined) return json;
  const { errors = [{ field: null, ...noAnswer }] } = (json ?? {}) as { errors?: ApiError[] };
  const seconds = Number(response.headers.get('Retry-After'));
  throw new ApiFailure(response.status, errors, seconds > 0 ? seconds : undefined);
}
