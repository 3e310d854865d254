/** Logging in to Setup: the password, how often a wrong one may be tried, and how many may be looked at at once. */
import { type Clock, verifyPassword } from '../../base/index.ts';
import { ApiRefused, createAttempts, createTurns, refuseCall } from '../../web/index.ts';
import type { SetupModel } from '../setup/index.ts';
import { type Administrator, findAdministrator, whyNotAdministrator } from './administrator.ts';

export type SignIn = {
  /**
   * Who a username and a password belong to, if that is somebody who may work in Setup.
   *
   * @throws ApiRefused 401 for a wrong one, 403 for a user who may not, 429 when one has to wait.
   */
  check(given: { username: string; password: string; address: string }): Promise<Administrator>;
};

/** scrypt takes 32 MB and a thread for each; more at once would slow the org down. */
const maxAtOnce = 2;
const maxWaiting = 20;

export function createSignIn({ setup, clock }: { setup: SetupModel; clock: Clock }): SignIn {
  const attempts = createAttempts({ clock });
  const inTurn = createTurns({ atOnce: maxAtOnce, waiting: maxWaiting, refuse: tooMany });
  return {
    async check({ username, password, address }) {
      const waitMs = attempts.begin(username, address);
      if (waitMs > 0) throw mustWait(waitMs);
      const user = setup.findUserByUsername(username);
      const kept = user && setup.findPasswordHash(user.id);
      const right = await inTurn(() => verifyPassword(password, kept));
      if (!right || user === undefined) throw wrong();
      attempts.succeed(username, address);
      const administrator = findAdministrator(setup, user.id);
      if (administrator === undefined)
        throw refuseCall(403, whyNotAdministrator(setup, user.id), 'Log in as a System Administrator.');
      return administrator;
    },
  };
}

const tooMany = () => refuseCall(503, 'Too many people are logging in at once.', 'Try again in a few seconds.');

/** One sentence for both: it does not tell which usernames there are. */
function wrong(): ApiRefused {
  return refuseCall(
    401,
    'The username or the password is wrong.',
    'Check both; the administrator and the password were shown at the first start of the org.',
  );
}

function mustWait(waitMs: number): ApiRefused {
  const seconds = Math.ceil(waitMs / 1000);
  const errors = [
    {
      field: null,
      message: 'There were too many wrong passwords in a row.',
      next: `Wait ${seconds} seconds, then try again.`,
    },
  ];
  return new ApiRefused({ status: 429, errors, headers: { 'Retry-After': String(seconds) } });
}
