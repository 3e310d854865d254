/** What a hub may ask an agent: one table of names, each with its input, its answer, and how long it may take. */
import type { Static, TObject, TSchema } from 'typebox';
import { Type } from '../base/index.ts';

const closed = { additionalProperties: false } as const;

type RequestShape<Input extends TObject, Answer extends TSchema> = {
  /** One sentence. */
  summary: string;
  input: Input;
  answer: Answer;
  deadlineMs: number;
};

function request<Input extends TObject, Answer extends TSchema>(
  shape: RequestShape<Input, Answer>,
): RequestShape<Input, Answer> {
  return shape;
}

/** A public key as a JWK (RFC 8037). */
export const publicKeySchema = Type.Object(
  { kty: Type.Literal('OKP'), crv: Type.Literal('X25519'), x: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) },
  closed,
);

export const agentRequests = {
  about: request({
    summary: 'Who the agent is, and the key to which its secrets are sealed.',
    input: Type.Object({}, closed),
    answer: Type.Object(
      {
        id: Type.String({ description: 'Made at the first start of the agent.' }),
        name: Type.String(),
        version: Type.String(),
        publicKey: publicKeySchema,
        /** Of the deployment it has; 0 when it has none. */
        deployment: Type.Integer({ minimum: 0 }),
      },
      closed,
    ),
    deadlineMs: 10_000,
  }),
} as const;

export type AgentRequests = typeof agentRequests;
export type AgentRequestName = keyof AgentRequests;
export type AgentInput<Name extends AgentRequestName> = Static<AgentRequests[Name]['input']>;
export type AgentAnswer<Name extends AgentRequestName> = Static<AgentRequests[Name]['answer']>;

/** One function for each request; what it throws as SluiceError is told to the hub with sentence, next step and code. */
export type AgentHandlers = {
  [Name in AgentRequestName]: (
    input: AgentInput<Name>,
    means: { signal: AbortSignal },
  ) => Promise<AgentAnswer<Name>> | AgentAnswer<Name>;
};

/** Where an agent with an endpoint takes requests; the name stands behind it. */
export const agentEndpointPath = '/v1/requests';
export const agentEndpointPort = 9055;
