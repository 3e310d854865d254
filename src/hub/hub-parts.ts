/** All that the operations of the hub work on. */
import type { Clock, Log } from '../base/index.ts';
import type { AgentWays } from './agents/agent-way.ts';
import type { Waiting } from './agents/dialled-waiting.ts';
import type { Pinger } from './agents/ping-connection.ts';
import type { Authorization } from './authorization.ts';
import type { ConnectionUsers } from './connection-use.ts';
import type { LiveProgress } from './runs/live-progress.ts';
import type { SignIn } from './sign-in.ts';
import type { HubStore } from './store/index.ts';

export type HubParts = {
  store: HubStore;
  signIn: SignIn;
  authorization: Authorization;
  ways: AgentWays;
  pinger: Pinger;
  connectionUsers: ConnectionUsers;
  /** For agents that have dialled in, and for their answers. */
  waiting: Waiting;
  /** How far runs are. */
  progress: LiveProgress;
  clock: Clock;
  log: Log;
  /** The address of the hub itself, without a slash at its end; known for certain once it listens. */
  url(): string;
};
