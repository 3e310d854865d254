/** What a dialect of the token endpoint decides: the words of refusals, the scopes given, and the form of the answer. */
import type { AuthenticationProblem } from '../client-authentication.ts';
import type { Client, Subject } from '../client-store.ts';
import type { FormProblem } from '../form.ts';

/** Why a token was refused, in our own words; the dialect has the words for the wire. */
export type Refusal =
  | 'wrong method'
  | 'wrong media type'
  | 'body too large'
  | 'credentials in query'
  | FormProblem
  | 'grant type not supported'
  | AuthenticationProblem
  | 'scope sent'
  | 'flow not enabled'
  | 'no run-as user'
  | 'no valid scopes'
  | 'inactive user'
  | 'login rate exceeded';

/** A whole HTTP answer; header names in their usual case. */
export type EndpointResponse = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
};

export type Grant = {
  client: Client;
  subject: Subject;
  scopes: readonly string[];
  accessToken: string;
  /** Milliseconds since 1970. */
  issuedAt: number;
};

export type Dialect = {
  refuse(refusal: Refusal): EndpointResponse;
  /** The scopes a token of this app gets, in the order they are sent; empty when none is of use. */
  scopesOf(client: Client): readonly string[];
  answer(grant: Grant): EndpointResponse;
};
