/** What a person types to start the program again: `npx sluice` where npx started it, as in a checkout, else `sluice`. */
import type { Environment } from '../base/index.ts';

export function programWord({ npm_command: started }: Environment): string {
  return started === 'exec' ? 'npx sluice' : 'sluice';
}
