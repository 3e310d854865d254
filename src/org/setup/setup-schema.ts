/** The shape of org.yaml; the published JSON Schema docs/reference/org.schema.json is made of it. */
import { type Static, Type } from 'typebox';
import { customFieldTypes } from '../schema/index.ts';

const closed = { additionalProperties: false } as const;

/** Scopes a connected app may have, by the words of the token endpoint. */
const scopes = [
  'address',
  'api',
  'cdp_api',
  'cdp_calculated_insight_api',
  'cdp_identityresolution_api',
  'cdp_ingest_api',
  'cdp_profile_api',
  'cdp_query_api',
  'cdp_segment_api',
  'chatbot_api',
  'chatter_api',
  'content',
  'custom_permissions',
  'eclair_api',
  'einstein_gpt_api',
  'email',
  'forgot_password',
  'full',
  'id',
  'interaction_api',
  'lightning',
  'mcp_api',
  'offline_access',
  'openid',
  'pardot_api',
  'phone',
  'profile',
  'pwdless_login_api',
  'refresh_token',
  'scrt_api',
  'sfap_api',
  'user_registration_api',
  'visualforce',
  'wave_api',
  'web',
] as const;

const label = Type.String({ minLength: 1, maxLength: 80 });
const developerName = (description: string, suffix: string) =>
  Type.String({ pattern: `^[A-Za-z](?:[A-Za-z0-9]|_(?!_))*[A-Za-z0-9]?${suffix}$`, maxLength: 43, description });
const username = Type.String({
  pattern: '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$',
  maxLength: 80,
  description: 'in the form of an e-mail address',
});

const organization = Type.Object(
  {
    name: Type.Optional(label),
    type: Type.Optional(Type.Enum(['production', 'sandbox'])),
  },
  closed,
);

const user = Type.Object(
  {
    username,
    lastName: label,
    firstName: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    email: Type.Optional(
      Type.String({ pattern: '^[^@\\s]+@[^@\\s]+$', maxLength: 128, description: 'an e-mail address' }),
    ),
    alias: Type.Optional(Type.String({ minLength: 1, maxLength: 8 })),
    active: Type.Optional(Type.Boolean()),
  },
  closed,
);

const connectedApp = Type.Object(
  {
    name: label,
    consumerKey: Type.Optional(
      Type.String({
        pattern: '^3MVG9[A-Za-z0-9._]{40,250}$',
        description: '3MVG9 and at least 40 more letters, digits, dots or underscores',
      }),
    ),
    consumerSecret: Type.Optional(
      Type.String({
        pattern: '^(generated|env:.+|file:.+)$',
        description: '"generated", env:SLUICE_SECRET_NAME or file:PATH',
      }),
    ),
    scopes: Type.Array(Type.Enum(scopes), { uniqueItems: true }),
    clientCredentials: Type.Optional(Type.Object({ enabled: Type.Boolean(), runAs: Type.Optional(username) }, closed)),
    /** Salesforce offers 15 minutes to 24 hours. */
    sessionTimeoutMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1440 })),
  },
  closed,
);

const picklistValue = Type.Object(
  {
    value: Type.String({ minLength: 1, maxLength: 255 }),
    label: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    default: Type.Optional(Type.Boolean()),
    active: Type.Optional(Type.Boolean()),
  },
  closed,
);

const field = Type.Object(
  {
    name: developerName('a name that ends in __c, e.g. Code__c', '__c'),
    type: Type.Enum(customFieldTypes),
    label: Type.Optional(label),
    length: Type.Optional(Type.Integer({ minimum: 1, maximum: 131_072 })),
    precision: Type.Optional(Type.Integer({ minimum: 1, maximum: 18 })),
    scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 17 })),
    required: Type.Optional(Type.Boolean()),
    unique: Type.Optional(Type.Boolean()),
    caseSensitive: Type.Optional(Type.Boolean()),
    externalId: Type.Optional(Type.Boolean()),
    default: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    values: Type.Optional(
      Type.Array(Type.Union([Type.String({ minLength: 1, maxLength: 255 }), picklistValue]), {
        minItems: 1,
        maxItems: 1000,
      }),
    ),
    restricted: Type.Optional(Type.Boolean()),
    to: Type.Optional(Type.String({ minLength: 1 })),
    relationshipName: Type.Optional(developerName('a name such as Cities, without __r', '')),
  },
  closed,
);

const object = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z](?:[A-Za-z0-9]|_(?!_))*[A-Za-z0-9]?(__c)?$',
      maxLength: 43,
      description: 'an object name, e.g. City__c',
    }),
    label: Type.Optional(label),
    pluralLabel: Type.Optional(label),
    nameField: Type.Optional(
      Type.Object(
        { label: Type.Optional(label), length: Type.Optional(Type.Integer({ minimum: 1, maximum: 80 })) },
        closed,
      ),
    ),
    fields: Type.Optional(Type.Array(field, { maxItems: 800 })),
  },
  closed,
);

const fault = Type.Object(
  {
    path: Type.String({
      pattern: '^/',
      description: 'a path that begins with /, where * stands for a part and ** for any rest',
    }),
    method: Type.Optional(Type.Enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])),
    share: Type.Number({ minimum: 0, maximum: 1 }),
    kind: Type.Enum(['latency', 'unavailable', 'drop-before', 'drop-after', 'expired-token', 'row-lock']),
    times: Type.Optional(Type.Integer({ minimum: 1 })),
    latencyMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
  },
  closed,
);

const limits = Type.Object(
  {
    /** Salesforce: 3,600 a user in any 60 minutes. */
    loginsPerUserAndHour: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
    dailyApiRequests: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
  },
  closed,
);

export const setupFileSchema = Type.Object(
  {
    organization: Type.Optional(organization),
    users: Type.Optional(Type.Array(user, { minItems: 1 })),
    connectedApps: Type.Optional(Type.Array(connectedApp)),
    objects: Type.Optional(Type.Array(object)),
    faults: Type.Optional(Type.Array(fault)),
    limits: Type.Optional(limits),
  },
  { ...closed, title: 'Setup file of the org in a box (org.yaml)' },
);

export type SetupFile = Static<typeof setupFileSchema>;
export type UserSetup = Static<typeof user>;
export type ConnectedAppSetup = Static<typeof connectedApp>;
/** `latencyMs` belongs to `kind: latency`; `share` is the part of matching calls, 0 to 1; the rule ends after `times` of them. */
export type FaultSetup = Static<typeof fault>;
