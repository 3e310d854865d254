/** Logging in to the Console: the password, how often a wrong one may be tried, and how many may be looked at at once. */
import { type Clock, verifyPassword } from '../base/index.ts';
import { type ApiRefused, createAttempts, createTurns, refuseCall, refuseForNow } from '../web/index.ts';
import type { HubStore, Person } from './store/index.ts';

export type Given = { username: string; password: string; address: string };

/** With what their password was known by, so that what follows can be held to it. */
export type KnownPerson = Person & { passwordHash: string };

export type SignIn = {
  /**
   * Who a username and a password belong to.
   *
   * @throws ApiRefused 401 for a wrong one, 403 for a person who is no longer active, 429 when one has to wait.
   */
  check(given: Given): Promise<KnownPerson>;
  /** The same, for somebody who is logged in: undefined for a wrong password. Throws ApiRefused 429 when one has to wait. */
  recognize(given: Given): Promise<KnownPerson | undefined>;
};

/** scrypt takes 32 MB and a thread for each; more at once would slow the hub down. */
const turns = { atOnce: 2, waiting: 20, ofOne: 10 };

export function createSignIn({ store, clock }: { store: HubStore; clock: Clock }): SignIn {
  const attempts = createAttempts({ clock });
  const inTurn = createTurns({ ...turns, refuse: tooMany });

  async function recognize({ username, password, address }: Given): Promise<KnownPerson | undefined> {
    // What is turned away unseen is not counted, or a flood of it would push out what is counted of others.
    const found = await inTurn(async () => {
      const waitMs = attempts.begin(username, address);
      if (waitMs > 0) throw refuseForNow('There were too many wrong passwords in a row.', waitMs);
      const person = store.people.findByUsername(username);
      return (await verifyPassword(password, person?.passwordHash)) ? person : undefined;
    }, address);
    if (found !== undefined) attempts.succeed(username, address);
    return found;
  }

  return {
    recognize,
    async check(given) {
      const found = await recognize(given);
      if (found === undefined) throw wrong();
      if (!found.active) throw refuseCall(403, 'You are no longer active here.', 'Ask an administrator of the hub.');
      return found;
    },
  };
}

const tooMany = () => refuseForNow('Too many people are logging in at once.', 3_000);

/** One sentence for both: it does not tell which usernames there are. */
export function wrong(): ApiRefused {
  const next = 'Check both; the administrator and the password were shown at the first start of the hub.';
  return refuseCall(401, 'The username or the password is wrong.', next);
}
