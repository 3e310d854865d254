/** A ping: steps from the name of a host to the last right that is needed, each with a tick or a cross, and a next step for a cross. */
import type { Static } from 'typebox';
import { Type } from '../base/index.ts';

const closed = { additionalProperties: false } as const;

/** `noted`: it works, and somebody should look at it. `skipped`: a step before it failed, or it does not apply. */
export const pingStepStatuses = ['passed', 'noted', 'failed', 'skipped'] as const;

const textOrNull = Type.Union([Type.String(), Type.Null()]);

export const pingStep = Type.Object(
  {
    name: Type.String({ description: 'A word to search for: token, runAsUser.' }),
    label: Type.String({ description: 'As it stands on the page: Token.' }),
    status: Type.Enum([...pingStepStatuses]),
    detail: Type.String({ description: 'What was found, in one sentence.' }),
    next: Type.Union([Type.String(), Type.Null()], { description: 'What to do, for a cross or a note.' }),
    code: Type.Union([Type.String(), Type.Null()], { description: 'The code of the error, as in the manual.' }),
    /** For whoever explains it further: the words of the token endpoint, where it was that which refused. */
    tokenError: Type.Optional(Type.Object({ error: Type.String(), error_description: Type.String() }, closed)),
    milliseconds: Type.Integer({ minimum: 0 }),
  },
  closed,
);

export const pingReport = Type.Object(
  {
    ok: Type.Boolean({ description: 'No step failed.' }),
    steps: Type.Array(pingStep),
    /** What the other side calls itself, where a step found it out. */
    about: Type.Record(Type.String(), textOrNull),
  },
  closed,
);

export type PingStep = Static<typeof pingStep>;
export type PingReport = Static<typeof pingReport>;

/** How the detail of a step begins that came behind a cross. */
export const notTried = 'Not tried: ';
