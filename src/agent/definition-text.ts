/** The text of an interface or connection file, with what differs between machines filled in. */
import { readFileSync } from 'node:fs';
import { type Environment, expandEnvironment, reasonOf, SluiceError } from '../base/index.ts';

/** The text with `${env:NAME}` filled in. Errors: FILE_UNREADABLE, VARIABLE_MISSING, VARIABLE_NOT_ALLOWED. */
export function readDefinitionText(file: string, environment: Environment): string {
  try {
    return expandEnvironment(readFileSync(file, 'utf8'), environment);
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new SluiceError(
      'FILE_UNREADABLE',
      { file, reason: missing ? 'it does not exist' : reasonOf(cause) },
      { cause },
    );
  }
}
