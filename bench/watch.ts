/**
 * What watching costs: the CPU time of agent and hub for a run through both, while a real browser has its page and the Agent Control
 * Board open, against the same run that nobody looks at. Both take turns, the first of each pair by turns too.
 * Needs psql. BENCH_ROWS (1000000), BENCH_PAIRS (9).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { launchChromium } from '../test/browser/chromium.ts';
import type { Started } from './child.ts';
import { judge, median, medianRatio, say, wantPrograms } from './figures.ts';
import { type HubStage, openHubStage } from './hub-stage.ts';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const pairs = Number(process.env.BENCH_PAIRS ?? 9);

/** Seconds of CPU time; `calls` that the pages made. */
type Cost = { agent: number; hub: number; calls: number };

wantPrograms('psql');
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-watch-'));
try {
  await using stage = await openHubStage(folder, rows);
  const browser = await launchChromium();
  try {
    await measure(stage, await logIn(await browser.newContext({ baseURL: stage.hub.ready.url ?? '' }), stage.password));
  } finally {
    await browser.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function logIn(context: BrowserContext, password: string): Promise<BrowserContext> {
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('textbox', { name: 'Username' }).fill('admin');
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Log In' }).click();
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await page.close();
  return context;
}

async function measure(stage: HubStage, context: BrowserContext): Promise<void> {
  // The first run of a process costs more than those after it.
  await costOf(stage, context, { watched: false });
  const watched: Cost[] = [];
  const alone: Cost[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    for (const isWatched of pair % 2 === 0 ? [true, false] : [false, true])
      (isWatched ? watched : alone).push(await costOf(stage, context, { watched: isWatched }));
    const [one, other] = [watched.at(-1), alone.at(-1)].map((cost) => cost && text(cost));
    process.stderr.write(`pair ${pair + 1} of ${pairs}: watched ${one}; not watched ${other}\n`);
  }
  const of = (costs: readonly Cost[], who: keyof Cost) => costs.map((cost) => cost[who]);
  say(`${rows} rows, ${pairs} pairs; the pages asked ${median(of(watched, 'calls'))} times in a run`);
  for (const who of ['agent', 'hub'] as const)
    say(
      `CPU time of the ${who}: ${median(of(watched, who)).toFixed(2)} s watched, ${median(of(alone, who)).toFixed(2)} s not`,
    );
  judge('CPU time of the agent, watched by not', medianRatio(of(watched, 'agent'), of(alone, 'agent')), {
    atMost: 1.05,
  });
  say(`CPU time of the hub, watched by not           ${medianRatio(of(watched, 'hub'), of(alone, 'hub')).toFixed(2)}`);
}

function text({ agent, hub, calls }: Cost): string {
  return `agent ${agent.toFixed(2)} s, hub ${hub.toFixed(2)} s, ${calls} calls`;
}

async function costOf(stage: HubStage, context: BrowserContext, { watched }: { watched: boolean }): Promise<Cost> {
  await fetch(`${stage.sink.ready.url}/sink/forget`);
  const before = { agent: cpuSeconds(stage.agent), hub: cpuSeconds(stage.hub) };
  const run = await stage.startRun();
  const watching = watched ? await watch(context, run) : undefined;
  await stage.untilEnded(run);
  const cost = { agent: cpuSeconds(stage.agent) - before.agent, hub: cpuSeconds(stage.hub) - before.hub };
  return { ...cost, calls: (await watching?.end()) ?? 0 };
}

/** As somebody does who wants to see it end: the page of the run, and the board it was started from. */
async function watch(context: BrowserContext, run: number) {
  let calls = 0;
  const pages = await Promise.all(
    [`/runs/${run}`, '/control-board'].map(async (path) => {
      const page = await context.newPage();
      page.on('request', (request) => {
        if (new URL(request.url()).pathname.startsWith('/api/')) calls += 1;
      });
      await page.goto(path);
      return page;
    }),
  );
  return {
    async end(): Promise<number> {
      await Promise.all(pages.map((page) => page.close()));
      return calls;
    },
  };
}

/** Of all its threads so far (Linux): user and system, in hundredths of a second. */
function cpuSeconds({ child }: Started): number {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  // The name of the program, which may hold anything, ends with the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
