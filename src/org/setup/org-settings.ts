/** Settings of the whole org that touch the flow. */

export type OrgSettings = {
  /** How long after its making the token endpoint does not know a new key; Salesforce takes up to ten minutes. */
  propagationDelaySeconds: number;
  /** Whether the REST API of credentials gives secrets out and stages new ones. */
  credentialsInRestApi: boolean;
  /** Whether the username-password flow is open to connected apps. */
  usernamePasswordFlow: boolean;
  /** Origins whose pages may call the API by CORS, in the form of `corsOrigin`. */
  corsAllowedOrigins: readonly string[];
  /** Whether they may call the token endpoint, introspection and revocation as well. */
  corsForOAuthEndpoints: boolean;
};

/** Scheme, host and perhaps a port, with `*.` for any name below a second-level domain; plain http for this machine alone. */
export const corsOrigin = {
  pattern:
    '^(?:https://(?:\\*\\.)?[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+|https?://(?:localhost|127\\.0\\.0\\.1))(?::[0-9]{1,5})?$',
  description: 'an origin such as https://app.example.com, https://*.example.com or http://localhost:3000',
  maxLength: 300,
} as const;

export const maxCorsOrigins = 250;

export const defaultOrgSettings: OrgSettings = {
  propagationDelaySeconds: 0,
  credentialsInRestApi: false,
  usernamePasswordFlow: false,
  corsAllowedOrigins: [],
  corsForOAuthEndpoints: false,
};
