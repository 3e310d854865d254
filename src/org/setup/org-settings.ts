/** Settings of the whole org that touch the flow. */

export type OrgSettings = {
  /** How long after its making the token endpoint does not know a new key; Salesforce takes up to ten minutes. */
  propagationDelaySeconds: number;
  /** Whether the REST API of credentials gives secrets out and stages new ones. */
  credentialsInRestApi: boolean;
  /** Whether the username-password flow is open to connected apps. */
  usernamePasswordFlow: boolean;
};

export const defaultOrgSettings: OrgSettings = {
  propagationDelaySeconds: 0,
  credentialsInRestApi: false,
  usernamePasswordFlow: false,
};
