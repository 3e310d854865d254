/** An agent as a process of its own that kills itself at a named moment of a run, and goes through its waits faster; the kill rounds start it. */
import { type Moment, openAgent } from '../../src/agent/index.ts';
import { createLog } from '../../src/base/index.ts';
import { fastClock } from './stage.ts';

export type AgentTask = {
  folder: string;
  filesFolder: string;
  allowedHost: string;
  /** Ends this process, as kill -9 does, when the moment comes for the nth time. */
  killAt?: { moment: Moment; nth: number } | undefined;
};

const { folder, filesFolder, allowedHost, killAt } = JSON.parse(process.argv[2] ?? '') as AgentTask;
let left = killAt?.nth ?? 0;

const agent = await openAgent({
  folder,
  filesFolder,
  allowedHosts: [allowedHost],
  version: '1.2.3',
  plain: true,
  clock: fastClock(100),
  log: createLog({ level: 'silent' }),
  observe(moment) {
    if (moment !== killAt?.moment) return;
    left--;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  },
});
const { url, username, firstPassword } = agent;
process.stdout.write(`${JSON.stringify({ url, username, password: firstPassword })}\n`);
process.once('SIGTERM', () => void agent[Symbol.asyncDispose]());
