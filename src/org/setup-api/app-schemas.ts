/** What the pages of an app show and take: a row of App Manager, the app, its settings, its policies, its credentials. */
import { Type } from 'typebox';
import { version } from '../../web/index.ts';
import {
  distributionStates,
  ipRelaxations,
  jwtTimeoutMinutes,
  permittedUsersPolicies,
  refreshTokenPolicyForm,
  scopeTable,
} from '../setup/index.ts';

const closed = { additionalProperties: false } as const;
const time = (description: string) => Type.Integer({ description: `${description}, in milliseconds since 1970.` });
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema, title?: string) =>
  Type.Union([schema, Type.Null()], title === undefined ? {} : { title });

export const appKind = Type.Enum(['connectedApp', 'externalClientApp']);

export const appRow = Type.Object(
  {
    id: Type.String(),
    kind: appKind,
    name: Type.String(),
    apiName: Type.String(),
    createdAt: time('When it was made'),
    changedAt: time('When it was changed last'),
    ready: Type.Boolean({ description: 'Whether the client credentials flow works now.' }),
    blocked: Type.Boolean(),
  },
  closed,
);

const basicInformation = {
  name: Type.String({ title: 'Name', minLength: 1, maxLength: 80 }),
  apiName: Type.String({ title: 'API Name', minLength: 1, maxLength: 80 }),
  contactEmail: Type.String({ title: 'Contact Email', minLength: 1, maxLength: 255 }),
  contactPhone: orNull(Type.String({ maxLength: 40 }), 'Contact Phone'),
  description: orNull(Type.String({ maxLength: 255 }), 'Description'),
  infoUrl: orNull(Type.String({ maxLength: 255 }), 'Info URL'),
  distributionState: Type.Enum(distributionStates, { title: 'Distribution State' }),
};

const oauthSettings = {
  callbackUrls: Type.Array(Type.String({ title: 'Callback URL', minLength: 1, maxLength: 2000 }), {
    title: 'Callback URL',
    maxItems: 100,
  }),
  scopes: Type.Array(Type.Enum(scopeTable.map(({ token }) => token)), {
    title: 'Selected OAuth Scopes',
    uniqueItems: true,
  }),
  clientCredentialsEnabled: Type.Boolean({ title: 'Enable Client Credentials Flow' }),
  requireSecretForWebServerFlow: Type.Boolean({ title: 'Require Secret for Web Server Flow' }),
  requireSecretForRefreshToken: Type.Boolean({ title: 'Require Secret for Refresh Token Flow' }),
  requirePkce: Type.Boolean({ title: 'Require Proof Key for Code Exchange (PKCE)' }),
  refreshTokenRotation: Type.Boolean({ title: 'Enable Refresh Token Rotation' }),
  issueJwtAccessTokens: Type.Boolean({
    title: 'Issue JSON Web Token (JWT)-based access tokens for named users',
  }),
  introspectAllTokens: Type.Boolean({ title: 'Introspect All Tokens' }),
  certificate: orNull(Type.String({ maxLength: 100_000, description: 'As PEM.' }), 'Use digital signatures'),
};

export const ipRange = Type.Object(
  {
    start: Type.String({ title: 'Start IP Address', minLength: 1, maxLength: 45 }),
    end: Type.String({ title: 'End IP Address', minLength: 1, maxLength: 45 }),
    description: Type.Optional(Type.String({ title: 'Description', maxLength: 255 })),
  },
  closed,
);

const sharedPolicies = {
  installed: Type.Boolean({
    title: 'Installed in this org',
    description: 'False: the external client app is of another org, and its key is refused here.',
  }),
  clientCredentialsAllowed: Type.Boolean({
    title: 'Enable Client Credentials Flow',
    description: 'The second switch of an external client app; a connected app has one switch, in its settings.',
  }),
  permittedUsers: Type.Enum(permittedUsersPolicies, { title: 'Permitted Users' }),
  profiles: Type.Array(Type.String({ maxLength: 255 }), { title: 'Manage Profiles', maxItems: 1000 }),
  permissionSets: Type.Array(Type.String({ maxLength: 255 }), { title: 'Manage Permission Sets', maxItems: 1000 }),
  ipRelaxation: Type.Enum(ipRelaxations, { title: 'IP Relaxation' }),
  trustedIpRanges: Type.Array(ipRange, { title: 'Trusted IP Range', maxItems: 128 }),
  sessionTimeoutMinutes: orNull(
    Type.Integer({
      minimum: 1,
      maximum: 1440,
      description: 'Enter 1 to 1440 minutes, or leave it empty for the default of the org.',
    }),
    'Timeout Value',
  ),
  jwtTimeoutMinutes: orNull(
    Type.Enum([...jwtTimeoutMinutes], { description: `Choose one of ${jwtTimeoutMinutes.join(', ')} minutes.` }),
    'Token Timeout',
  ),
  refreshTokenPolicy: Type.String({ ...refreshTokenPolicyForm, title: 'Refresh Token Policy' }),
};

export const userReference = Type.Object(
  { id: Type.String(), name: Type.String(), username: Type.String(), active: Type.Boolean(), frozen: Type.Boolean() },
  closed,
);

const readinessStep = Type.Object(
  {
    code: Type.String({ description: 'Names what is missing, for programs.' }),
    message: Type.String(),
    page: Type.String({ description: 'Where in Setup it is mended.' }),
    field: Type.Union([Type.String(), Type.Null()], { description: 'The field there.' }),
    link: Type.String({ description: 'The resource to be changed.' }),
  },
  closed,
);

export const readiness = Type.Object(
  { ready: Type.Boolean(), missing: Type.Array(readinessStep, { description: 'What to do, in order.' }) },
  closed,
);

/** Without the secret, which wants a verified identity. */
const credentialFields = {
  id: Type.String(),
  state: Type.Enum(['active', 'staged']),
  createdAt: time('When the pair was made'),
  createdBy: Type.String(),
  expiresAt: orNull(time('When a staged pair goes away by itself')),
  availableAt: time('From when on the token endpoint knows it'),
  lastUsedAt: orNull(time('When it signed in last')),
  lastUsedBy: orNull(userReference),
  ageDays: Type.Integer(),
  rotationDue: Type.Boolean({ description: 'Whether it is time to stage new credentials.' }),
};

export const credential = Type.Object(credentialFields, closed);

export const consumerDetails = Type.Object(
  {
    pairs: Type.Array(
      Type.Object({ ...credentialFields, consumerKey: Type.String(), consumerSecret: Type.String() }, closed),
      { description: 'The active pair first.' },
    ),
    verifiedUntil: time('Until when they can be seen without another code'),
  },
  closed,
);

export const app = Type.Object(
  {
    id: Type.String(),
    kind: appKind,
    version,
    createdAt: time('When it was made'),
    changedAt: time('When it was changed last'),
    blocked: Type.Boolean(),
    ...basicInformation,
    /** Empty for an app of a setup file that names none. */
    contactEmail: Type.String({ title: 'Contact Email' }),
    ...oauthSettings,
    ...sharedPolicies,
    runAs: orNull(userReference, 'Run As'),
    credentials: Type.Array(credential),
    readiness,
  },
  closed,
);

const acknowledged = {
  clientCredentialsWarningAcknowledged: Type.Optional(
    Type.Boolean({
      title: 'Enable Client Credentials Flow',
      description:
        'True: the warning that whoever holds key and secret can act as the Run As user was answered with OK.',
    }),
  ),
};

const runAs = Type.Optional(orNull(Type.String({ maxLength: 80, description: 'A username.' }), 'Run As'));

/** Required in Setup, although the client credentials flow never uses one. */
const callbackUrlsGiven = Type.Array(oauthSettings.callbackUrls.items, {
  title: 'Callback URL',
  minItems: 1,
  maxItems: 100,
});

const { apiName, contactEmail, ...otherInformation } = basicInformation;
const { name, ...optionalInformation } = otherInformation;

export const newApp = Type.Object(
  {
    kind: appKind,
    name,
    contactEmail,
    callbackUrls: callbackUrlsGiven,
    ...Type.Partial(Type.Object({ apiName, ...optionalInformation, ...withoutCallback(oauthSettings) })).properties,
    ...Type.Partial(Type.Object(sharedPolicies)).properties,
    runAs,
    ...acknowledged,
  },
  closed,
);

export const settingsChange = Type.Object(
  {
    version,
    ...Type.Partial(Type.Object({ ...basicInformation, ...oauthSettings, callbackUrls: callbackUrlsGiven })).properties,
    ...acknowledged,
  },
  closed,
);

export const policiesChange = Type.Object(
  { version, ...Type.Partial(Type.Object(sharedPolicies)).properties, runAs },
  closed,
);

function withoutCallback({ callbackUrls: _, ...rest }: typeof oauthSettings) {
  return rest;
}
