/** A connection as an agent is given it: addresses, and secrets that only this agent can open, each for its own address. */
import type { Static } from 'typebox';
import { Type } from '../base/index.ts';

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1, maxLength: 1_000 });
const sealed = Type.String({ maxLength: 20_000, description: 'JWE, sealed to the agent and bound to the address.' });

export const tlsModes = ['off', 'require', 'verify'] as const;

const serverSchema = <Kind extends 'postgres' | 'mariadb' | 'mysql'>(type: Kind) =>
  Type.Object(
    {
      type: Type.Literal(type),
      host: text,
      port: Type.Integer({ minimum: 1, maximum: 65_535 }),
      database: text,
      user: text,
      password: Type.Optional(sealed),
      tls: Type.Enum([...tlsModes]),
    },
    closed,
  );

export const agentDatabaseSchema = Type.Union([
  serverSchema('postgres'),
  serverSchema('mariadb'),
  serverSchema('mysql'),
  Type.Object({ type: Type.Literal('sqlite'), file: text }, closed),
  Type.Object(
    {
      type: Type.Literal('csv'),
      folder: text,
      delimiter: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
    },
    closed,
  ),
]);

export const agentSalesforceSchema = Type.Object(
  {
    myDomainUrl: text,
    tokenUrl: text,
    consumerKey: text,
    consumerSecret: sealed,
    environment: Type.Enum(['production', 'sandbox']),
    apiVersion: Type.Optional(Type.String({ pattern: '^[0-9]{2,3}\\.0$' })),
  },
  closed,
);

export type AgentDatabase = Static<typeof agentDatabaseSchema>;
export type AgentSalesforce = Static<typeof agentSalesforceSchema>;

/** What the password of a database is bound to. */
export function databaseAddress({ host, port }: { host: string; port: number }): string {
  return `${host.toLowerCase()}:${port}`;
}

/** What a consumer secret is bound to: the origin of the My Domain. */
export function salesforceAddress({ myDomainUrl }: { myDomainUrl: string }): string {
  return URL.canParse(myDomainUrl) ? new URL(myDomainUrl).origin : myDomainUrl;
}
