/** Logging in to the Console: the password, how often a wrong one may be tried, and how many may be looked at at once. */
import { type Clock, verifyPassword } from '../base/index.ts';
import { ApiRefused, createAttempts, createTurns, refuseCall } from '../web/index.ts';
import type { HubStore, Person } from './store/index.ts';

export type SignIn = {
  /**
   * Who a username and a password belong to.
   *
   * @throws ApiRefused 401 for a wrong one, 403 for a person who is no longer active, 429 when one has to wait.
   */
  check(given: { username: string; password: string; address: string }): Promise<Person>;
};

/** scrypt takes 32 MB and a thread for each; more at once would slow the hub down. */
const maxAtOnce = 2;
const maxWaiting = 20;

export function createSignIn({ store, clock }: { store: HubStore; clock: Clock }): SignIn {
  const attempts = createAttempts({ clock });
  const inTurn = createTurns({ atOnce: maxAtOnce, waiting: maxWaiting, refuse: tooMany });
  return {
    async check({ username, password, address }) {
      const waitMs = attempts.begin(username, address);
      if (waitMs > 0) throw mustWait(waitMs);
      const found = store.people.findByUsername(username);
      const right = await inTurn(() => verifyPassword(password, found?.passwordHash));
      if (!right || found === undefined) throw wrong();
      attempts.succeed(username, address);
      const { passwordHash: _, ...person } = found;
      if (!person.active) throw refuseCall(403, 'You are no longer active here.', 'Ask an administrator of the hub.');
      return person;
    },
  };
}

const tooMany = () => refuseCall(503, 'Too many people are logging in at once.', 'Try again in a few seconds.');

/** One sentence for both: it does not tell which usernames there are. */
function wrong(): ApiRefused {
  const next = 'Check both; the administrator and the password were shown at the first start of the hub.';
  return refuseCall(401, 'The username or the password is wrong.', next);
}

function mustWait(waitMs: number): ApiRefused {
  const seconds = Math.ceil(waitMs / 1000);
  const message = 'There were too many wrong passwords in a row.';
  const errors = [{ field: null, message, next: `Wait ${seconds} seconds, then try again.` }];
  return new ApiRefused({ status: 429, errors, headers: { 'Retry-After': String(seconds) } });
}
