/** One operation of the Setup API: where it is, what it takes and gives, who may call it, and the function that does it. */
import type { Static, TObject, TSchema } from 'typebox';
import type { OrgParts } from '../routes/call.ts';
import type { Administrator } from './administrator.ts';
import type { Outbox } from './outbox.ts';
import type { SetupSession, SetupSessions } from './setup-sessions.ts';
import type { SignIn } from './sign-in.ts';
import type { Verification } from './verification.ts';

/** All that operations work on. */
export type SetupApi = {
  org: OrgParts;
  sessions: SetupSessions;
  signIn: SignIn;
  outbox: Outbox;
  verification: Verification;
};

export type SetupMethod = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Who calls; on operations without a session both are undefined. */
type Caller<Signed extends boolean> = Signed extends true
  ? { session: SetupSession; administrator: Administrator }
  : { session: undefined; administrator: undefined };

export type SetupCall<Body, Query, Signed extends boolean> = Caller<Signed> & {
  params: Readonly<Record<string, string>>;
  body: Body;
  query: Query;
  /** Of the caller, for what is counted by address. */
  address: string;
  /** What the session cookie holds. */
  token: string | undefined;
};

/** `json` is left out for 204; `cookie` sets or clears the session cookie. */
export type SetupAnswer<Json = unknown> = {
  status?: number;
  json: Json;
  cookie?: { token: string } | 'clear';
};

type Description = {
  method: SetupMethod;
  /** Below /setup/api, with `:id` for what differs. */
  path: string;
  /** The name of the operation in the description. */
  id: string;
  /** One sentence. */
  summary: string;
  /** The page of Setup it belongs to. */
  page: string;
  /** Of the answer when all is well; 200 when left out. */
  status?: number;
  /** Statuses of refusals this operation gives besides those that any may give. */
  refusals?: readonly number[];
};

/** An operation as the router and the description see it. */
export type Operation = Description & {
  signed: boolean;
  body: TSchema | undefined;
  query: TObject | undefined;
  answer: TSchema | undefined;
  run(call: SetupCall<unknown, unknown, boolean>, api: SetupApi): Promise<SetupAnswer> | SetupAnswer;
};

type Definition<
  Body extends TSchema,
  Query extends TObject,
  Answer extends TSchema,
  Signed extends boolean,
> = Description & {
  body?: Body;
  query?: Query;
  answer?: Answer;
  run(
    call: SetupCall<Static<Body>, Static<Query>, Signed>,
    api: SetupApi,
  ): Promise<SetupAnswer<Static<Answer>>> | SetupAnswer<Static<Answer>>;
};

/** An operation that wants an administrator's session. */
export function operation<Body extends TSchema, Query extends TObject, Answer extends TSchema>(
  definition: Definition<Body, Query, Answer, true>,
): Operation {
  return { body: undefined, query: undefined, answer: undefined, ...definition, signed: true } as Operation;
}

/** An operation for anybody: signing in, and the description itself. */
export function openOperation<Body extends TSchema, Query extends TObject, Answer extends TSchema>(
  definition: Definition<Body, Query, Answer, false>,
): Operation {
  return { body: undefined, query: undefined, answer: undefined, ...definition, signed: false } as Operation;
}
