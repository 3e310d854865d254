/** A process that loads rows and tells where it is, to be killed there: started by the contract of loading. */
import { type DatabaseSettings, type LoadPlan, openTarget } from '../../src/database/index.ts';

type Work = {
  settings: DatabaseSettings;
  plan: LoadPlan;
  rows: number;
  moment: 'half' | 'staged' | 'merging';
};

const { settings, plan, rows, moment } = JSON.parse(process.env.SLUICE_TEST_LOAD ?? '') as Work;

/** Says it, and where it is the moment to be killed waits for that. */
async function reach(here: Work['moment']): Promise<void> {
  if (here !== moment) return;
  process.stdout.write(`${here}\n`);
  if (here === 'merging') return;
  setInterval(() => {}, 1000);
  await new Promise(() => {});
}

async function* csv() {
  const { columns } = plan.into;
  yield Buffer.from(`${columns.map(({ header, name }) => header ?? name).join(',')}\n`);
  for (let id = 1; id <= rows; id++) {
    yield Buffer.from(`${[`${id}`, `row ${id}`, ...columns.slice(2).map(() => '')].join(',')}\n`);
    if (id === rows / 2) await reach('half');
  }
}

await using target = await openTarget(settings);
await using load = await target.openLoad(plan);
await load.stage(csv());
await reach('staged');
await reach('merging');
await load.merge({ bookmark: { name: plan.into.table, value: 'new' } });
