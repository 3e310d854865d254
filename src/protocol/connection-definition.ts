/** A connection: the database beside the agent and the Salesforce org it works with, as it stands in a file. */
import type { Static } from 'typebox';
import { Type } from '../base/index.ts';

const closed = { additionalProperties: false };
const filled = { minLength: 1 };
const secret = (what: string) =>
  Type.String({
    pattern: '^(env|file):.+$',
    description: `a reference to ${what}: env:SLUICE_SECRET_NAME, or file:PATH inside the secrets folder`,
  });

export const defaultPorts = { postgres: 5432, mariadb: 3306, mysql: 3306 } as const;

const serverSchema = <Kind extends keyof typeof defaultPorts>(type: Kind) =>
  Type.Object(
    {
      type: Type.Literal(type),
      host: Type.String(filled),
      port: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 65_535, description: `${defaultPorts[type]} when left out.` }),
      ),
      database: Type.String(filled),
      user: Type.String(filled),
      password: Type.Optional(secret('the password')),
      tls: Type.Optional(
        Type.Enum(['off', 'require', 'verify'], {
          description: 'verify when left out; off towards this machine.',
        }),
      ),
      allowPlain: Type.Optional(
        Type.Boolean({
          description: 'Lets tls: off stand towards other machines: password and rows then travel readable.',
        }),
      ),
    },
    closed,
  );

/** The way of a hub to the agent; a connection without it is for the machine that reads the file. */
const agentSchema = Type.Union(
  [
    Type.Object(
      {
        hostUrl: Type.String({ ...filled, description: 'https://agent.example; the port stands beside it.' }),
        port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: '9055 when left out.' })),
        username: Type.String(filled),
        password: secret('the password of the agent'),
        fingerprint: Type.Optional(
          Type.String({
            ...filled,
            description: 'SHA-256 of the only certificate that is taken at the first contact.',
          }),
        ),
      },
      closed,
    ),
    Type.Object({ id: Type.String({ ...filled, description: 'of an agent that the hub knows' }) }, closed),
  ],
  {
    description:
      'How a hub reaches the agent beside the database; "sluice apply" brings such a connection into the hub.',
  },
);

export const connectionSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'Where editors find this schema; Sluice does not read it.' })),
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$',
      description: 'letters, digits, dots, dashes and underscores',
    }),
    description: Type.Optional(Type.String({ maxLength: 255, description: 'What it is for; kept in the hub.' })),
    agent: Type.Optional(agentSchema),
    database: Type.Union(
      [
        serverSchema('postgres'),
        serverSchema('mariadb'),
        serverSchema('mysql'),
        Type.Object(
          { type: Type.Literal('sqlite'), file: Type.String({ ...filled, description: 'Path beside this file.' }) },
          closed,
        ),
        Type.Object(
          {
            type: Type.Literal('csv'),
            folder: Type.String({ ...filled, description: 'Path beside this file; only files inside it are read.' }),
            delimiter: Type.Optional(
              Type.String({ minLength: 1, maxLength: 1, description: 'A comma when left out.' }),
            ),
          },
          closed,
        ),
      ],
      { description: 'Where the rows live.' },
    ),
    salesforce: Type.Object(
      {
        myDomainUrl: Type.String({
          ...filled,
          description: 'https://acme.my.salesforce.com: the only host that gives tokens for this flow.',
        }),
        tokenUrl: Type.Optional(Type.String({ ...filled, description: 'On the host of the My Domain.' })),
        consumerKey: Type.String(filled),
        consumerSecret: secret('the consumer secret'),
        environment: Type.Optional(
          Type.Enum(['production', 'sandbox', 'scratch', 'box'], {
            description: 'What kind of org this is, for people who read the file.',
          }),
        ),
        apiVersion: Type.Optional(Type.String({ pattern: '^[0-9]{2,3}\\.0$', description: 'a version such as 68.0' })),
        allowedHosts: Type.Optional(
          Type.Array(Type.String(filled), { description: 'Hosts besides *.my.salesforce.com that may be called.' }),
        ),
        allowPlainHttp: Type.Optional(
          Type.Boolean({ description: 'Lets secrets and tokens go over plain http to other machines.' }),
        ),
        sharedUser: Type.Optional(
          Type.Boolean({
            description:
              'Other programs load data as the same user: open jobs that no run knows are reported and left alone.',
          }),
        ),
      },
      closed,
    ),
  },
  { ...closed, $id: 'connection.schema.json', title: 'Sluice connection' },
);

export type ConnectionDefinition = Static<typeof connectionSchema>;
