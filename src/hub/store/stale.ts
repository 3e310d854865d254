/** Two people who edit the same thing: the second is told, and nothing of the first is lost. */
import { ApiRefused } from '../../web/index.ts';

export function changedMeanwhile(): ApiRefused {
  const message = 'Somebody else changed this while you were editing it.';
  const next = 'Load it again; then make your changes once more, and save.';
  return new ApiRefused({ status: 409, errors: [{ field: 'version', message, next }] });
}
