/** Logging in to Setup: the password, and whether its owner may work there. */
import { ApiRefused, refuseCall } from '../../web/index.ts';
import type { SetupModel } from '../setup/index.ts';
import { type Administrator, findAdministrator, whyNotAdministrator } from './administrator.ts';
import type { PasswordCheck } from './password-check.ts';

export type SignIn = {
  /**
   * Who a username and a password belong to, if that is somebody who may work in Setup.
   *
   * @throws ApiRefused 401 for a wrong one, 403 for a user who may not, 429 when one has to wait.
   */
  check(given: { username: string; password: string; address: string }): Promise<Administrator>;
};

export function createSignIn({ setup, passwords }: { setup: SetupModel; passwords: PasswordCheck }): SignIn {
  return {
    async check(given) {
      const checked = await passwords(given);
      if (checked.outcome === 'wait') throw mustWait(checked.waitMs);
      if (checked.outcome === 'busy') throw tooMany();
      if (checked.outcome === 'wrong') throw wrong();
      const { id } = checked.user;
      const administrator = findAdministrator(setup, id);
      if (administrator === undefined)
        throw refuseCall(403, whyNotAdministrator(setup, id), 'Log in as a System Administrator.');
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
