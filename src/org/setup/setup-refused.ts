/** How the setup says no to an administrator: every field that is wrong, each with a sentence in Setup's words. */

/** `field` is the name of the input that is wrong; null when it is none of them alone. */
export type SetupProblem = { field: string | null; message: string };

/** Nothing was changed. */
export class SetupRefused extends Error {
  override readonly name = 'SetupRefused';
  readonly problems: readonly SetupProblem[];

  constructor(problems: readonly SetupProblem[]) {
    super(problems.map(({ message }) => message).join(' '));
    this.problems = problems;
  }
}

export function refuseSetup(field: string | null, message: string): SetupRefused {
  return new SetupRefused([{ field, message }]);
}

/** An id or a name that names nothing in this org. */
export class SetupNotFound extends Error {
  override readonly name = 'SetupNotFound';
  /** E.g. `app`, `user`, `permission set`. */
  readonly what: string;

  constructor(what: string) {
    super(`There is no such ${what} in this org.`);
    this.what = what;
  }
}
