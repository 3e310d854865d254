/** Where the endpoint finds who may sign in: the seam that the org (connected apps) and the hub (API clients) fill. */

/** On whose behalf a token acts. */
export type Subject = {
  id: string;
  organizationId: string;
  active: boolean;
};

/** An app that may sign in. It is looked up anew for each request, so that a change counts at once. */
export type Client = {
  /** The client id, or consumer key. */
  id: string;
  /** Its id in the store; what tokens are bound to. */
  appId: string;
  /** SHA-256 of the secret. */
  secretDigest: Uint8Array;
  /** As set up, e.g. `api`, `id`, `refresh_token`. */
  scopes: readonly string[];
  clientCredentialsEnabled: boolean;
  /** The run-as user; undefined when none was set. */
  runAs: Subject | undefined;
  /** Milliseconds without use after which a token of this app ends. */
  sessionTimeoutMs: number;
  /** HMAC-SHA256 of a text under the secret, in base64. */
  sign(text: string): string;
};

export type ClientStore = {
  /** In one step, for every request: no waiting, no reading from a file. */
  findClient(clientId: string): Client | undefined;
};
