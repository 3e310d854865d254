/** Two people who edit the same thing: the second is told, and nothing of the first is lost. */
import { ApiRefused } from '../../web/index.ts';

export function changedMeanwhile(): ApiRefused {
  const message = 'Somebody else changed this while you were editing it.';
  const next = 'Load it again; then make your changes once more, and save.';
  return new ApiRefused({ status: 409, errors: [{ field: 'version', message, next }] });
}

/** SQLITE_CONSTRAINT: a name or place was free when it was looked at, and is so no longer. */
const constraint = 19;

/** The writing, with its error as the refusal above when somebody else took a name or place meanwhile. */
export async function unlessTaken<Result>(writing: Promise<Result>): Promise<Result> {
  try {
    return await writing;
  } catch (error) {
    const { errcode } = Object((error as Error).cause ?? error) as { errcode?: number };
    throw errcode !== undefined && (errcode & 0xff) === constraint ? changedMeanwhile() : error;
  }
}
