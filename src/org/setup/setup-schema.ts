/** The shape of org.yaml; the published JSON Schema docs/reference/org.schema.json is made of it. */
import { type Static, Type } from 'typebox';
import type { OrgWideDefault } from '../rights/index.ts';
import { customFieldTypes, type ObjectDefinition } from '../schema/index.ts';
import { apexMethods } from './apex-class.ts';
import { distributionStates, ipRelaxations, jwtTimeoutMinutes, permittedUsersPolicies } from './app.ts';
import { corsOrigin, maxCorsOrigins } from './org-settings.ts';
import { userPermissionTable, weekdays } from './profile.ts';
import { refreshTokenPolicyForm } from './refresh-token-policy.ts';
import { scopeTokens } from './scope-table.ts';

const closed = { additionalProperties: false } as const;

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
    frozen: Type.Optional(Type.Boolean()),
    /** System Administrator when left out. */
    profile: Type.Optional(label),
    permissionSetLicenses: Type.Optional(Type.Array(label, { uniqueItems: true })),
    permissionSets: Type.Optional(Type.Array(label, { uniqueItems: true })),
  },
  closed,
);

const ipRange = Type.Object(
  {
    start: Type.String({ description: 'an IP address' }),
    end: Type.String({ description: 'an IP address' }),
    description: Type.Optional(Type.String({ maxLength: 255 })),
  },
  closed,
);

const timeOfDay = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$',
  description: 'a time such as 08:30',
});
const hoursOfDay = Type.Object({ start: timeOfDay, end: timeOfDay }, closed);

const objectRight = Type.Enum(['read', 'create', 'edit', 'delete', 'viewAll', 'modifyAll']);
const grants = {
  userPermissions: Type.Optional(
    Type.Array(Type.Enum(userPermissionTable.map(({ name }) => name)), { uniqueItems: true }),
  ),
  objects: Type.Optional(Type.Record(Type.String(), Type.Array(objectRight, { uniqueItems: true }))),
  /** By object, then by field: `read`, or `edit`, which brings read. */
  fields: Type.Optional(Type.Record(Type.String(), Type.Record(Type.String(), Type.Enum(['read', 'edit'])))),
  apexClasses: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { uniqueItems: true })),
};

const profile = Type.Object(
  {
    name: label,
    /** Needed for a profile that is not one of the four that every org has. */
    license: Type.Optional(label),
    loginHours: Type.Optional(
      Type.Object(Object.fromEntries(weekdays.map((day) => [day, Type.Optional(hoursOfDay)])), closed),
    ),
    loginIpRanges: Type.Optional(Type.Array(ipRange, { maxItems: 128 })),
    ...grants,
  },
  closed,
);

const permissionSet = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z](?:[A-Za-z0-9]|_(?=[A-Za-z0-9]))*$',
      maxLength: 80,
      description: 'an API name, e.g. Sluice_API',
    }),
    label: Type.Optional(label),
    description: Type.Optional(Type.String({ maxLength: 255 })),
    license: Type.Optional(label),
    ...grants,
  },
  closed,
);

const appFields = {
  name: label,
  apiName: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
  contactEmail: Type.Optional(Type.String({ maxLength: 255 })),
  contactPhone: Type.Optional(Type.String({ maxLength: 40 })),
  description: Type.Optional(Type.String({ maxLength: 255 })),
  infoUrl: Type.Optional(Type.String({ maxLength: 255 })),
  callbackUrls: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
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
  /** Needed, unless the app is one of the project that `metadata` names. */
  scopes: Type.Optional(Type.Array(Type.Enum(scopeTokens), { uniqueItems: true })),
  requireSecretForWebServerFlow: Type.Optional(Type.Boolean()),
  requireSecretForRefreshToken: Type.Optional(Type.Boolean()),
  requirePkce: Type.Optional(Type.Boolean()),
  refreshTokenRotation: Type.Optional(Type.Boolean()),
  issueJwtAccessTokens: Type.Optional(Type.Boolean()),
  introspectAllTokens: Type.Optional(Type.Boolean()),
  /** A certificate or public key in PEM form: with it, assertions signed under its key are taken. */
  certificate: Type.Optional(Type.String({ minLength: 1 })),
  permittedUsers: Type.Optional(Type.Enum(permittedUsersPolicies)),
  profiles: Type.Optional(Type.Array(label, { uniqueItems: true })),
  permissionSets: Type.Optional(Type.Array(label, { uniqueItems: true })),
  ipRelaxation: Type.Optional(Type.Enum(ipRelaxations)),
  trustedIpRanges: Type.Optional(Type.Array(ipRange, { maxItems: 128 })),
  /** Salesforce offers 15 minutes to 24 hours. */
  sessionTimeoutMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1440 })),
  jwtTimeoutMinutes: Type.Optional(Type.Enum(jwtTimeoutMinutes)),
  refreshTokenPolicy: Type.Optional(Type.String(refreshTokenPolicyForm)),
  blocked: Type.Optional(Type.Boolean()),
};

const connectedApp = Type.Object(
  {
    ...appFields,
    clientCredentials: Type.Optional(Type.Object({ enabled: Type.Boolean(), runAs: Type.Optional(username) }, closed)),
  },
  closed,
);

/** It has two switches: `enabled` in its settings, `allowed` in its policies. */
const externalClientApp = Type.Object(
  {
    ...appFields,
    distributionState: Type.Optional(Type.Enum(distributionStates)),
    /** False: its key is known, but the app is of another org. */
    installed: Type.Optional(Type.Boolean()),
    clientCredentials: Type.Optional(
      Type.Object(
        { enabled: Type.Boolean(), allowed: Type.Optional(Type.Boolean()), runAs: Type.Optional(username) },
        closed,
      ),
    ),
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
    pluralLabel: Type.Optional({ ...label, description: 'the usual English plural of the label when left out' }),
    nameField: Type.Optional(
      Type.Object(
        { label: Type.Optional(label), length: Type.Optional(Type.Integer({ minimum: 1, maximum: 80 })) },
        closed,
      ),
    ),
    /** The org-wide default: what users may do with records of others. */
    sharing: Type.Optional(Type.Enum(['Private', 'PublicReadOnly', 'PublicReadWrite'])),
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
    kind: Type.Enum([
      'latency',
      'unavailable',
      'drop-before',
      'drop-after',
      'expired-token',
      'row-lock',
      'late-commit',
    ]),
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

const settings = Type.Object(
  {
    /** Salesforce takes up to ten minutes to make a new key known. */
    propagationDelaySeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 3600 })),
    credentialsInRestApi: Type.Optional(Type.Boolean()),
    usernamePasswordFlow: Type.Optional(Type.Boolean()),
    /** Pages of these origins may call the API from a browser. */
    corsAllowedOrigins: Type.Optional(
      Type.Array(Type.String(corsOrigin), { uniqueItems: true, maxItems: maxCorsOrigins }),
    ),
    corsForOAuthEndpoints: Type.Optional(Type.Boolean()),
  },
  closed,
);

const apexClass = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z](?:[A-Za-z0-9]|_(?=[A-Za-z0-9]))*$',
      maxLength: 40,
      description: 'the name of a class, e.g. CityLoader',
    }),
    /** Below /services/apexrest; a class without one answers no call. */
    urlMapping: Type.Optional(
      Type.String({
        pattern: '^(?:/(?:[^/*?#\\s]+|\\*(?=/|$)))+$',
        maxLength: 255,
        description: 'a path that begins with /, where * stands for a part, and at the end for any rest',
      }),
    ),
    methods: Type.Optional(Type.Array(Type.Enum(apexMethods), { minItems: 1, uniqueItems: true })),
    /** The class saves the records of the body; without it, a program that opens the org answers for the class. */
    records: Type.Optional(
      Type.Object({ object: Type.String(), externalId: Type.Optional(Type.String({ minLength: 1 })) }, closed),
    ),
  },
  closed,
);

export const setupFileSchema = Type.Object(
  {
    /** Relative to the setup file: a Salesforce DX project whose objects, apps and rights the org has too. */
    metadata: Type.Optional(
      Type.String({ minLength: 1, description: 'a folder: a Salesforce DX project, or its source' }),
    ),
    organization: Type.Optional(organization),
    settings: Type.Optional(settings),
    apexClasses: Type.Optional(Type.Array(apexClass, { maxItems: 1000 })),
    profiles: Type.Optional(Type.Array(profile)),
    permissionSets: Type.Optional(Type.Array(permissionSet)),
    users: Type.Optional(Type.Array(user, { minItems: 1 })),
    connectedApps: Type.Optional(Type.Array(connectedApp)),
    externalClientApps: Type.Optional(Type.Array(externalClientApp)),
    objects: Type.Optional(Type.Array(object)),
    faults: Type.Optional(Type.Array(fault)),
    limits: Type.Optional(limits),
  },
  { ...closed, title: 'Setup file of the org in a box (org.yaml)' },
);

export type SetupFile = Static<typeof setupFileSchema>;
export type ApexClassSetup = Static<typeof apexClass>;
export type UserSetup = Static<typeof user>;
export type ConnectedAppSetup = Static<typeof connectedApp>;
export type ExternalClientAppSetup = Static<typeof externalClientApp>;
export type ProfileSetup = Static<typeof profile>;
export type PermissionSetSetup = Static<typeof permissionSet>;
/** What is said of the objects of an org: their definitions, and how their records are shared. */
export type ObjectSetup = ObjectDefinition & { sharing?: OrgWideDefault };
/** `latencyMs` belongs to the kinds `latency` and `late-commit`; `share` is the part of matching calls, 0 to 1; the rule ends after `times` of them. */
export type FaultSetup = Static<typeof fault>;
