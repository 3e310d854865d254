/** What a connection is in the API: its fields with the labels of the page, as they are sent and as they are shown. */
import { type Static, Type } from 'typebox';
import { tlsModes } from '../../protocol/index.ts';
import { connectionTypes } from '../store/index.ts';
import { closed } from './operation.ts';

export const databases = ['postgres', 'mariadb', 'sqlite'] as const;
const environments = ['production', 'sandbox'] as const;

const orNull = <Schema extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const text = (title: string, description?: string) =>
  Type.Optional(Type.String({ title, maxLength: 255, ...(description === undefined ? {} : { description }) }));
const secret = (title: string, description: string) =>
  Type.Optional(
    Type.Union([Type.String({ minLength: 1, maxLength: 1_000 }), Type.Null()], {
      title,
      writeOnly: true,
      description: `${description} Never shown again; left out, the one that is kept stays; null takes it away.`,
    }),
  );
const port = (title: string, description: string) =>
  Type.Optional(Type.Integer({ title, minimum: 1, maximum: 65_535, description }));

const name = Type.String({
  title: 'Name',
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$',
  description: 'Letters, digits, dots, dashes and underscores; 80 at the most.',
});
const type = Type.Enum([...connectionTypes], { title: 'Type', description: 'Agent Database, or Agent File.' });

const agent = Type.Object(
  {
    hostUrl: text('Host URL', 'Such as https://127.0.0.1; the port stands under Port Forward.'),
    portForward: port('Port Forward', '9055 when left out.'),
    username: text('Username'),
    password: secret('Password', 'The agent showed it at its first start.'),
    fingerprint: text('Fingerprint', 'SHA-256 of the only certificate that is taken at the first contact.'),
    agentId: text('Agent', 'The id of an agent that the hub knows, instead of all other fields here.'),
  },
  { ...closed, title: 'Agent' },
);

const database = Type.Object(
  {
    database: Type.Optional(Type.Enum([...databases], { title: 'Database', description: 'mariadb is MySQL as well.' })),
    host: text('Host', 'As the agent sees it.'),
    port: port('Port', '5432 for PostgreSQL, 3306 for MariaDB and MySQL, when left out.'),
    databaseName: text('Database Name'),
    user: text('User'),
    password: secret('Password', 'Sealed to the agent.'),
    tls: Type.Optional(
      Type.Enum([...tlsModes], {
        title: 'TLS',
        description: 'verify when left out; off on the machine of the agent alone.',
      }),
    ),
    file: text('File', 'Of SQLite, inside the folder of files of the agent.'),
    folder: text('Folder', 'Inside the folder of files of the agent.'),
    delimiter: Type.Optional(
      Type.String({ title: 'Delimiter', minLength: 1, maxLength: 1, description: 'A comma when left out.' }),
    ),
  },
  { ...closed, title: 'Database' },
);

const salesforce = Type.Object(
  {
    grantType: Type.Optional(Type.Enum(['client_credentials'], { title: 'OAuth 2 Grant Type' })),
    environment: Type.Enum([...environments], { title: 'Server Environment' }),
    myDomainUrl: Type.String({
      title: 'My Domain URL',
      minLength: 1,
      maxLength: 255,
      description: 'Such as https://acme.my.salesforce.com.',
    }),
    tokenUrl: text('Token URL', 'On the host of the My Domain; filled from it when left out.'),
    consumerKey: Type.String({ title: 'Consumer Key', minLength: 1, maxLength: 512 }),
    consumerSecret: secret('Consumer Secret', 'Sealed to the agent.'),
    apiVersion: Type.Optional(
      Type.String({ title: 'API Version', pattern: '^[0-9]{2,3}\\.0$', description: 'A version such as 68.0.' }),
    ),
  },
  { ...closed, title: 'Salesforce' },
);

const description = Type.Optional(orNull(Type.String({ title: 'Description', maxLength: 255 })));
const withoutPing = Type.Optional(
  Type.Boolean({ title: 'Save Without Ping', default: false, description: 'Marks the connection unverified.' }),
);
const id = Type.Optional(
  Type.Integer({ description: 'Of the connection that is edited: its secrets are used where none is given.' }),
);

export const newConnection = Type.Object({ name, description, type, agent, database, salesforce, withoutPing }, closed);
export const changedConnection = Type.Object({ ...newConnection.properties, version: Type.Integer() }, closed);
export const agentDraft = Type.Object({ id, type, agent, database }, closed);
export const salesforceDraft = Type.Object({ id, agent, salesforce }, closed);
export const keyPair = Type.Object(
  {
    consumerKey: salesforce.properties.consumerKey,
    consumerSecret: Type.String({ title: 'Consumer Secret', writeOnly: true, minLength: 1, maxLength: 1_000 }),
    version: Type.Integer(),
  },
  closed,
);

export type GivenConnection = Static<typeof newConnection>;
export type GivenAgent = Static<typeof agent>;
export type GivenDatabase = Static<typeof database>;
export type GivenSalesforce = Static<typeof salesforce>;

const textOrNull = orNull(Type.String());
const numberOrNull = orNull(Type.Integer());

export const shownConnection = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    description: textOrNull,
    type,
    agent: Type.Object(
      {
        kind: Type.Enum(['endpoint', 'dialled']),
        agentId: textOrNull,
        name: textOrNull,
        hostUrl: textOrNull,
        portForward: numberOrNull,
        username: textOrNull,
        fingerprint: textOrNull,
        version: textOrNull,
        lastSeenAt: numberOrNull,
      },
      closed,
    ),
    database: Type.Object(
      {
        database: Type.Enum([...databases, 'mysql', 'csv']),
        host: textOrNull,
        port: numberOrNull,
        databaseName: textOrNull,
        user: textOrNull,
        passwordKept: Type.Boolean(),
        tls: textOrNull,
        file: textOrNull,
        folder: textOrNull,
        delimiter: textOrNull,
      },
      closed,
    ),
    salesforce: Type.Object(
      {
        grantType: Type.Literal('client_credentials'),
        environment: Type.Enum([...environments]),
        myDomainUrl: Type.String(),
        tokenUrl: Type.String(),
        consumerKey: Type.String(),
        consumerSecretKept: Type.Boolean(),
        secondConsumerKey: textOrNull,
        apiVersion: textOrNull,
      },
      closed,
    ),
    verified: Type.Boolean({ description: 'Both pings were good for the settings as they are.' }),
    verifiedAt: numberOrNull,
    apiUsage: Type.Union([
      Type.Object(
        {
          used: Type.Integer({ description: 'API calls of the org in the 24 hours before, whoever made them.' }),
          allowed: Type.Integer({ description: 'How many there may be.' }),
          readAt: Type.Integer({ description: 'When the org said so: to an agent, in a run or a ping.' }),
        },
        closed,
      ),
      Type.Null(),
    ]),
    usedBy: Type.Array(Type.String(), { description: 'Names of the interfaces that use it.' }),
    changedAt: Type.Integer(),
    changedBy: Type.String(),
    version: Type.Integer(),
  },
  closed,
);
