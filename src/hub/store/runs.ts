/** Runs: each execution of an interface, from being asked for to its end. */
import type { Values } from '../../store/index.ts';
import type { Writing } from './hub-store.ts';
import { type HubRun, readRun, runTable, selectedRun } from './run-rows.ts';

export type { HubRun };

export type Runs = {
  find(id: number): HubRun | undefined;
  findByRun(run: string): HubRun | undefined;
};

export function runsTable({ store }: Writing): Runs {
  const findWhere = (condition: string, values: Values) => {
    const row = store.get(`SELECT ${selectedRun} FROM ${runTable} WHERE ${condition}`, values);
    return row && readRun(row);
  };
  return {
    find: (id) => findWhere('run.id = :id', { id }),
    findByRun: (run) => findWhere('run.run = :run', { run }),
  };
}
