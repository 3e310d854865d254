/** Whose a username and a password are: for Setup and for the login page alike, with one count of wrong ones and one line to wait in. */
import { type Clock, verifyPassword } from '../../base/index.ts';
import { createAttempts, createTurns } from '../../web/index.ts';
import type { SetupModel, SetupUser } from '../setup/index.ts';

/** `waitMs`: there were too many wrong ones. `busy`: too many people are logging in. `user` of a wrong one is for the history alone. */
export type PasswordChecked =
  | { outcome: 'right'; user: SetupUser }
  | { outcome: 'wrong'; user: SetupUser | undefined }
  | { outcome: 'wait'; waitMs: number }
  | { outcome: 'busy' };

export type PasswordCheck = (given: {
  username: string;
  password: string;
  address: string;
}) => Promise<PasswordChecked>;

/** scrypt takes 32 MB and a thread for each; more at once would slow the org down. */
const maxAtOnce = 2;
const maxWaiting = 20;

export function createPasswordCheck({ setup, clock }: { setup: SetupModel; clock: Clock }): PasswordCheck {
  const attempts = createAttempts({ clock });
  const inTurn = createTurns({ atOnce: maxAtOnce, waiting: maxWaiting, refuse: () => busy });
  return async ({ username, password, address }) => {
    const waitMs = attempts.begin(username, address);
    if (waitMs > 0) return { outcome: 'wait', waitMs };
    const user = setup.findUserByUsername(username);
    const kept = user && setup.findPasswordHash(user.id);
    const right = await inTurn(() => verifyPassword(password, kept)).catch(unlessBusy);
    if (right === 'busy') return { outcome: 'busy' };
    if (!right || user === undefined) return { outcome: 'wrong', user };
    attempts.succeed(username, address);
    return { outcome: 'right', user };
  };
}

const busy = new Error('too many people are logging in at once');

function unlessBusy(error: unknown): 'busy' {
  if (error === busy) return 'busy';
  throw error;
}
