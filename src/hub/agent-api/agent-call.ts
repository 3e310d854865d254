/** What each call of the agent API is given, and the form in which it is answered. */
import type { DialledAgent } from '../store/index.ts';

/** Of an agent that is signed in. */
export type AgentCall<Body> = {
  agent: DialledAgent;
  body: Body;
  /** What stands in the path behind `answers`. */
  id: string;
  /** Aborted when the agent hangs up. */
  signal: AbortSignal;
};

export type Answered = { status: number; json?: unknown };
