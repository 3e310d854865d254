/** What is wrong with the body of a call, with its place; nothing of such a call is kept. */
import { type ApiRefused, refuseCall } from '../../web/index.ts';

/** `line` where it is known. */
export type Place = { record: number; line?: number | undefined };

/** `where` begins the sentence: `Record 3 (line 12)`. Values are never repeated. */
export function bodyProblem(where: string, reason: string): ApiRefused {
  const message = `${where} ${reason}.`;
  return refuseCall(400, message, 'Correct it and send the call again: nothing of it was kept.');
}

export function recordProblem({ record, line }: Place, reason: string): ApiRefused {
  return bodyProblem(line === undefined ? `Record ${record}` : `Record ${record} (line ${line})`, reason);
}
