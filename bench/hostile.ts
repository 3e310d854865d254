/**
 * What a flood of hostile requests leaves behind: the org in a box and the hub, each as a child, requests of every kind that is refused,
 * each connection from another address of loopback; resident memory after 10,000 of them and after many more. None is answered by a 5xx.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../src/base/index.ts';
import { openIntegrateInTest } from '../src/hub/integrate/integrate-in-test.ts';
import { residentMiB, type Started, start, stop } from './child.ts';
import { judge, say } from './figures.ts';
import { atHub, atOrg, type Make, type Victim } from './hostile-requests.ts';
import { loopbackAddress } from './raw-client.ts';

const first = 10_000;
const requests = Number(process.env.BENCH_REQUESTS ?? 1_000_000);
const requestsToHub = Number(process.env.BENCH_HUB_REQUESTS ?? 200_000);
const perConnection = 20;
const connectionsAtOnce = 32;
/** For what the last connections hold, and what was collected, to be let go. */
const settleMs = 5_000;
/** Arguments of node: the program collects its garbage, and gives back what it held for more, when it is told to. */
const collect = `process.on('SIGUSR2', () => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' }))`;
const collecting = ['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(collect)}`];
const sluice = join(import.meta.dirname, '..', 'bin', 'sluice.js');
type Flood = { kinds: readonly Make[]; victim: Victim; counts: Map<string, number> };

/** Sends the requests of one connection one after the other; gives how many were answered by what. */
function flood({ kinds, victim, counts }: Flood, connection: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ host: '127.0.0.1', port: victim.port, localAddress: loopbackAddress(connection) });
  let sent = 0;
  const next = () => {
    if (sent === perConnection) return void socket.end();
    const index = connection * perConnection + sent;
    sent += 1;
    socket.write(kinds[index % kinds.length]?.(index, victim) ?? '', 'latin1');
  };
  socket
    .setEncoding('latin1')
    .on('connect', next)
    .on('error', reject)
    .on('close', () => resolve());
  socket.on('data', (piece) => {
    const status = /^HTTP\/1\.1 (\d{3})/.exec(String(piece))?.[1];
    if (status === undefined) return;
    counts.set(status, (counts.get(status) ?? 0) + 1);
    next();
  });
  return promise;
}

async function floodUpTo(flooded: Flood, from: number, to: number): Promise<void> {
  let connection = from / perConnection;
  const work = async () => {
    while (connection < to / perConnection) {
      connection += 1;
      await flood(flooded, connection - 1);
    }
  };
  await Promise.all(Array.from({ length: connectionsAtOnce }, work));
  await sleep(settleMs);
}

/** Between collections a process holds what it may, which says nothing: both readings come after one. */
async function collectedMiB({ child }: Started): Promise<number> {
  child.kill('SIGUSR2');
  await sleep(settleMs);
  return residentMiB(child.pid);
}

async function measure(started: Started, flooded: Flood, most: number): Promise<void> {
  const { counts } = flooded;
  await floodUpTo(flooded, 0, first);
  const before = await collectedMiB(started);
  await floodUpTo(flooded, first, most);
  const uncollected = residentMiB(started.child.pid);
  const after = await collectedMiB(started);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const refused = [...counts].reduce((sum, [status, count]) => sum + (status.startsWith('4') ? count : 0), 0);
  say([...counts].map(([status, count]) => `${status}: ${count}`).join(', '));
  const [least, then, now] = [before, uncollected, after].map((mib) => mib.toFixed(0));
  say(`resident after ${first} ${least} MiB, after ${total} ${now} MiB; ${then} MiB before it was collected`);
  judge('more resident memory, MiB', after - before, { atMost: 20 });
  judge('requests answered, of those sent', total / most, { atLeast: 1 });
  judge('refused, of those answered', refused / total, { atLeast: 1 });
}

const portOf = ({ ready }: Started) => Number(new URL(ready.url ?? '').port);

async function floodOrg(): Promise<void> {
  const org = await start([...collecting, sluice, 'org', 'start', '--json', '--port', '0', '--memory']);
  const victim = { port: portOf(org), clientId: org.ready.consumerKey ?? '' };
  try {
    await measure(org, { kinds: atOrg, victim, counts: new Map() }, requests);
  } finally {
    await stop(org);
  }
}

async function floodHub(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-hostile-'));
  const { clientId, token } = await setUpHub(folder);
  const hub = await start([...collecting, sluice, 'hub', 'start', '--json', '--port', '0', '--data', folder]);
  try {
    const victim = { port: portOf(hub), clientId, token };
    await measure(hub, { kinds: atHub, victim, counts: new Map() }, requestsToHub);
  } finally {
    await stop(hub);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An interface and a client that may use it. */
async function setUpHub(folder: string): Promise<{ clientId: string; token: string }> {
  await using stage = await openIntegrateInTest({ folder, clock: systemClock });
  return stage.client;
}

say('the org in a box');
await floodOrg();
say('the hub');
await floodHub();
