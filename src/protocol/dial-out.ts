/** What an agent that dials in says to its hub, and what it is answered; every call is a POST of JSON. */
import type { Static, TUnknown } from 'typebox';
import { Type } from '../base/index.ts';
import { agentRequests } from './agent-requests.ts';

const closed = { additionalProperties: false } as const;
const id = Type.String({ minLength: 1, maxLength: 80 });
const anything = {} as TUnknown;

/** Below the address of the hub. An id stands behind `answers`. */
export const dialOutPaths = {
  register: '/agent/v1/register',
  requests: '/agent/v1/requests',
  answers: '/agent/v1/answers',
  reports: '/agent/v1/reports',
} as const;

/** Nobody may ask to wait for requests longer than this. */
export const longestWaitMs = 25_000;

/** So often the hub and an agent hear of each other, whichever of them asks, also when there is nothing to say. */
export const heartbeatMs = 5_000;

/** More requests than this an agent does not work on at once. */
export const mostRequestsAtOnce = 16;

export const registrationSchema = Type.Object(
  {
    code: Type.String({ title: 'Registration Code', minLength: 1, maxLength: 200 }),
    about: agentRequests.about.answer,
  },
  closed,
);

export type Registration = Static<typeof registrationSchema>;

/** The credentials of the agent at the hub's authorization server. */
export type Registered = { clientId: string; clientSecret: string };

export const requestPollSchema = Type.Object(
  {
    waitMs: Type.Integer({ minimum: 0, maximum: longestWaitMs }),
    deployment: Type.Integer({
      minimum: 0,
      maximum: 9_000_000_000_000_000,
      description: 'The number of the deployment it has.',
    }),
    room: Type.Integer({
      minimum: 0,
      maximum: mostRequestsAtOnce,
      description: 'How many requests it takes; 0: none, it only says that it is there.',
    }),
    having: Type.Array(id, {
      maxItems: 2 * mostRequestsAtOnce,
      description: 'Requests it has, which are not given again.',
    }),
  },
  closed,
);

export type RequestPoll = Static<typeof requestPollSchema>;

/** `withinMs`: what is left until nobody waits for the answer any more. */
export type GivenRequest = { id: string; name: string; input: unknown; withinMs: number };

export const requestAnswerSchema = Type.Object(
  {
    status: Type.Integer({ minimum: 200, maximum: 599 }),
    json: anything,
    errorCode: Type.Optional(Type.String({ pattern: '^[A-Z][A-Z0-9_]{0,79}$' })),
  },
  closed,
);

export type RequestAnswer = Static<typeof requestAnswerSchema>;
