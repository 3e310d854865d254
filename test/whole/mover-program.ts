/** The mover as a process of its own that kills itself at a named moment; the kill rounds start it. */
import { type Moment, resumeRuns, runInterface } from '../../src/agent/index.ts';
import { openLedger } from '../../src/ledger/index.ts';
import { fastClock } from './stage.ts';

export type MoverTask = {
  act: 'run' | 'resume';
  interfaceFile: string;
  dataFolder: string;
  /** Ends this process, as kill -9 does, when the moment comes for the nth time. */
  killAt?: { moment: Moment; nth: number } | undefined;
};

const task = JSON.parse(process.argv[2] ?? '') as MoverTask;
let left = task.killAt?.nth ?? 0;

const ledger = openLedger(task.dataFolder);
const means = {
  ledger,
  environment: process.env,
  clock: fastClock(100),
  observe(moment: Moment) {
    if (moment !== task.killAt?.moment) return;
    left--;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  },
};
const reports =
  task.act === 'run' ? [await runInterface({ interfaceFile: task.interfaceFile, ...means })] : await resumeRuns(means);
await ledger[Symbol.asyncDispose]();
process.stdout.write(`${JSON.stringify(reports)}\n`);
