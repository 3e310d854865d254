/** The OAuth scopes an app may have: the token of the wire, the label of Setup, the word of the Metadata API. */

export type Scope = { token: string; label: string; metadata: string };

/** Labels of scopes that no stored page shows are ours. */
export const scopeTable: readonly Scope[] = [
  scope('address', 'Access the address in the identity URL service', 'Address'),
  scope('api', 'Manage user data via APIs', 'Api'),
  scope('cdp_api', 'Manage Data Cloud', 'CDP'),
  scope('cdp_calculated_insight_api', 'Manage Data Cloud Calculated Insight data', 'CDPCalculatedInsight'),
  scope('cdp_identityresolution_api', 'Manage Data Cloud Identity Resolution', 'CDPIdentityResolution'),
  scope('cdp_ingest_api', 'Manage Customer Data Platform Ingestion API data', 'CDPIngest'),
  scope('cdp_profile_api', 'Manage Customer Data Platform profile data', 'CDPProfile'),
  scope('cdp_query_api', 'Perform ANSI SQL queries on Customer Data Platform data', 'CDPQuery'),
  scope('cdp_segment_api', 'Manage Data Cloud Segments', 'CDPSegment'),
  scope('chatbot_api', 'Access chatbot services', 'Chatbot'),
  scope('chatter_api', 'Access Connect REST API resources', 'Chatter'),
  scope('content', 'Access content resources', 'Content'),
  scope('custom_permissions', 'Access custom permissions', 'CustomPermissions'),
  scope('eclair_api', 'Access Analytics REST API Charts Geodata resources', 'Eclair'),
  scope('einstein_gpt_api', 'Access Einstein GPT services', 'EinsteinGPT'),
  scope('email', 'Access the e-mail address in the identity URL service', 'Email'),
  scope('forgot_password', 'Manage forgotten passwords', 'ForgotPassword'),
  scope('full', 'Full access', 'Full'),
  scope('id', 'Access the identity URL service', 'Basic'),
  scope('interaction_api', 'Access Interaction API resources', 'Interaction'),
  scope('lightning', 'Access Lightning applications', 'Lightning'),
  scope('mcp_api', 'Access Salesforce hosted MCP servers', 'MCP'),
  scope('offline_access', 'Perform requests at any time (offline)', 'OfflineAccess'),
  scope('openid', 'Access unique user identifiers', 'OpenID'),
  scope('pardot_api', 'Manage Pardot services', 'Pardot'),
  scope('phone', 'Access the phone number in the identity URL service', 'Phone'),
  scope('profile', 'Access the profile in the identity URL service', 'Profile'),
  scope('pwdless_login_api', 'Access passwordless login', 'PwdlessLogin'),
  scope('refresh_token', 'Perform requests at any time', 'RefreshToken'),
  scope('scrt_api', 'Access real-time service resources', 'SCRT'),
  scope('sfap_api', 'Access the Salesforce API Platform', 'SFAP'),
  scope('user_registration_api', 'Manage user registration', 'UserRegistration'),
  scope('visualforce', 'Access Visualforce applications', 'CustomApplications'),
  scope('wave_api', 'Access Analytics REST API resources', 'Wave'),
  scope('web', 'Manage user data via Web browsers', 'Web'),
];

export const scopeTokens: readonly string[] = scopeTable.map(({ token }) => token);

function scope(token: string, label: string, metadata: string): Scope {
  return { token, label, metadata };
}
