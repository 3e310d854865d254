/** What the benchmark of loading times: one file into one table, as a program of its own. */
import { createReadStream } from 'node:fs';
import { openTarget } from '../src/database/index.ts';

const { settings, into, file } = JSON.parse(process.env.BENCH_LOAD ?? '');
await using target = await openTarget(settings);
await using load = await target.openLoad({ into });
await load.stage(createReadStream(file, { highWaterMark: 256 * 1024 }));
const counts = await load.merge({ bookmark: { name: 'bench', value: String(Date.now()) } });
process.stdout.write(`${JSON.stringify(counts)}\n`);
