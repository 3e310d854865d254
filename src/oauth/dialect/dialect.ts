/** What a dialect decides: the words of refusals, the scopes given, what an assertion must hold, and the form of answers. */
import type { AssertionProblem, AssertionRules } from '../assertion.ts';
import type { AuthenticationProblem } from '../client-authentication.ts';
import type { Client, Subject } from '../client-store.ts';
import type { FormProblem } from '../form.ts';

/** Why a request was refused, in our own words; the dialect has the words for the wire. */
export type Refusal =
  | 'wrong method'
  | 'wrong media type'
  | 'body too large'
  | 'credentials in query'
  | FormProblem
  | 'parameter missing'
  | 'wrong domain'
  | 'grant type not supported'
  | AuthenticationProblem
  | 'scope sent'
  | 'app not installed'
  | 'app blocked'
  | 'flow not enabled'
  | 'flow not allowed by policy'
  | 'password flow blocked'
  | 'wrong password'
  | 'no run-as user'
  | AssertionProblem
  | 'user not approved'
  | 'code invalid'
  | 'redirect uri differs'
  | 'code verifier wrong'
  | 'refresh token invalid'
  | 'user not admin approved'
  | 'no valid scopes'
  | 'scope not allowed'
  | 'inactive user'
  | 'frozen user'
  | 'outside login ranges'
  | 'outside login hours'
  | 'outside trusted ranges'
  | 'login rate exceeded';

export type GrantType =
  | 'authorization_code'
  | 'refresh_token'
  | 'client_credentials'
  | 'password'
  | 'urn:ietf:params:oauth:grant-type:jwt-bearer';

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
  /** When the token ends if it is not used. */
  expiresAt: number;
  /** With which of its secrets the app came; the answer is signed with the same. */
  provedBy: 'first secret' | 'second secret' | 'assertion' | undefined;
  refreshToken: string | undefined;
  isJwt: boolean;
  /** Whether the app proved itself with what signs the answer; not so in JWT bearer. */
  isSigned: boolean;
};

/** A live token and all that is told of it. */
export type TokenFacts = {
  issuedAt: number;
  kind: 'access_token' | 'refresh_token';
  client: Client;
  subject: Subject;
  scopes: readonly string[];
  /** Milliseconds since 1970; undefined: it has no end. */
  expiresAt: number | undefined;
};

/** Header (without `alg` and `kid`) and claims of a JSON Web Token; times in milliseconds since 1970. */
export type JwtParts = { header: Record<string, unknown>; claims: Record<string, unknown> };

export type JwtFacts = {
  client: Client;
  subject: Subject;
  scopes: readonly string[];
  issuedAt: number;
  expiresAt: number;
};

export type Dialect = {
  /** `retryAfterMs` is known when the caller must wait. */
  refuse(refusal: Refusal, retryAfterMs?: number): EndpointResponse;
  /** The scopes a token of this app gets, in the order they are sent; empty when none is of use. */
  scopesOf(client: Client, traits: { userPresent: boolean }): readonly string[];
  /** The grants that exist here, in the order of the metadata. */
  readonly grantTypes: readonly GrantType[];
  /** Whether a grant with these scopes comes with a refresh token. */
  givesRefreshToken(scopes: readonly string[]): boolean;
  /** How many grants of one user to one app there may be; a further one ends the oldest. */
  readonly grantsPerUserAndApp: number;
  /** What is taken of PKCE (RFC 7636) that the RFC does not have. */
  readonly pkce: {
    /** Whether a challenge without `code_challenge_method` is S256; section 4.3 says `plain`, which is refused. */
    readonly methodMayBeLeftOut: boolean;
    /** In characters; section 4.1 says 128. */
    readonly longestVerifier: number;
  };
  /** Whether a request may ask for fewer of them. */
  readonly scopeParameter: 'refused' | 'narrows';
  /** Whom the client credentials flow acts for. */
  subjectOf(client: Client): Subject | undefined;
  /** `idle`: an opaque token ends when it was not used for so long; `fixed`: when it is so old. */
  readonly tokenLife: 'idle' | 'fixed';
  /** `private_key_jwt`. */
  readonly clientAssertions: AssertionRules;
  /** JWT bearer. */
  readonly bearerAssertions: AssertionRules;
  answer(grant: Grant): EndpointResponse;
  jwt(facts: JwtFacts): JwtParts;
  /** Of a token that is not live, or not the caller's to see: undefined. */
  introspected(facts: TokenFacts | undefined): EndpointResponse;
  /** `open`: whoever holds a token may end it. */
  readonly revocation: 'open' | 'authenticated';
  /** `callback` when a script asks. */
  revoked(isRevoked: boolean, callback?: string): EndpointResponse;
  metadata(facts: { grantTypes: readonly GrantType[]; hasKeys: boolean }): EndpointResponse;
  /** A public document, such as the set of keys. */
  document(content: object): EndpointResponse;
};
