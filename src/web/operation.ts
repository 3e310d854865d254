/** One operation of a described API: where it is, what it takes and gives, who may call it, and the function that does it. */
import type { Static, TObject, TSchema } from 'typebox';

export type ApiMethod = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** What the caller is known by stands beside what the caller sent; on operations for anybody it is not there. */
export type ApiCall<Caller, Body = unknown, Query = unknown> = Caller & {
  params: Readonly<Record<string, string>>;
  body: Body;
  query: Query;
  /** Of the caller, for what is counted by address. */
  address: string;
  /** What the session cookie holds. */
  token: string | undefined;
};

/** `json` is left out for 204; `cookie` sets or clears the session cookie; `file` is sent instead, as it comes. */
export type ApiAnswer<Json = unknown> = {
  status?: number;
  json: Json;
  cookie?: { token: string } | 'clear';
  file?: SentFile;
};

/** Its parts are asked for at the pace of whoever reads, and no more when they go away. */
export type SentFile = { name: string; contentType: string; parts: Iterable<string> | AsyncIterable<string> };

type Description = {
  method: ApiMethod;
  /** Below the base of the API, with `:id` for what differs. */
  path: string;
  /** The name of the operation in the description. */
  id: string;
  /** One sentence. */
  summary: string;
  /** The page it belongs to. */
  page: string;
  /** Who may call it, in the words of the API it belongs to; anybody who is signed in when left out. */
  role?: string;
  /** Of the answer when all is well; 200 when left out. */
  status?: number;
  /** It answers with a file of one of these types. */
  files?: readonly string[];
  /** Statuses of refusals this operation gives besides those that any may give. */
  refusals?: readonly number[];
};

/** An operation as the router and the description see it. */
export type Operation<Parts = unknown> = Description & {
  signed: boolean;
  body: TSchema | undefined;
  query: TObject | undefined;
  answer: TSchema | undefined;
  run(call: ApiCall<unknown>, parts: Parts): Promise<ApiAnswer> | ApiAnswer;
};

/** What a typed client of an API needs to know of one of its operations: what it is called by, and what it takes and gives. */
export type TypedOperation<Parts, Method, Path, Body, Query, Answer> = Operation<Parts> & {
  method: Method;
  path: Path;
  readonly taken: { body: Body; query: Query; answer: Answer } | undefined;
};

type Definition<
  Parts,
  Caller,
  Method,
  Path,
  Body extends TSchema,
  Query extends TObject,
  Answer extends TSchema,
> = Omit<Description, 'method' | 'path'> & {
  method: Method;
  path: Path;
  body?: Body;
  query?: Query;
  answer?: Answer;
  run(
    call: ApiCall<Caller, Static<Body>, Static<Query>>,
    parts: Parts,
  ): Promise<ApiAnswer<Static<Answer>>> | ApiAnswer<Static<Answer>>;
};

/**
 * The two words with which the operations of one API are written: `operation` wants somebody signed in, `openOperation` is for
 * anybody. `Parts` is what operations work on, `Caller` what is known of who calls.
 *
 * @example const { operation, openOperation } = defineOperations<{ store: Store }, { person: Person }>();
 */
export function defineOperations<Parts, Caller>() {
  return {
    operation<
      Method extends ApiMethod,
      Path extends string,
      Body extends TSchema,
      Query extends TObject,
      Answer extends TSchema,
    >(
      definition: Definition<Parts, Caller, Method, Path, Body, Query, Answer>,
    ): TypedOperation<Parts, Method, Path, Body, Query, Answer> {
      return complete(definition, true);
    },
    openOperation<
      Method extends ApiMethod,
      Path extends string,
      Body extends TSchema,
      Query extends TObject,
      Answer extends TSchema,
    >(
      definition: Definition<Parts, unknown, Method, Path, Body, Query, Answer>,
    ): TypedOperation<Parts, Method, Path, Body, Query, Answer> {
      return complete(definition, false);
    },
  };
}

function complete<Typed>(definition: object, signed: boolean): Typed {
  return { body: undefined, query: undefined, answer: undefined, ...definition, signed } as Typed;
}
