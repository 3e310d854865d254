/** What is told of each login, for a history: never a secret, never a token. */
import type { Refusal } from './dialect/dialect.ts';

export type LoginEvent = {
  /** Milliseconds since 1970. */
  at: number;
  clientId: string | undefined;
  appId: string | undefined;
  /** Undefined when it was refused before a user was known. */
  userId: string | undefined;
  grantType: string | undefined;
  remoteAddress: string | undefined;
  /** How the app proved itself: by its first or its second secret, by a signed assertion, or not at all. */
  provedBy: 'first secret' | 'second secret' | 'assertion' | undefined;
  outcome: 'issued' | Refusal;
};

/**
 * Takes note of a login. An answer that grants a token waits for the promise, so that with a store behind it the history is on
 * disk before; it is called in the same turn as the token is handed to its journal.
 */
export type OnLogin = (event: LoginEvent) => void | Promise<void>;
