/**
 * Tokens a second: the shipped endpoint with every check on, against a bare node:http server and against oidc-provider, in memory and
 * durable before the answer. Rounds are interleaved; what counts is the ratio inside a round.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Started, start, stop } from './child.ts';
import { judge, median, medianRatio, say, wantPrograms } from './figures.ts';
import { peersFolder, wantPeers } from './peers.ts';
import { formHeaders, requestsPerSecond } from './wrk.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 7);
const seconds = Number(process.env.BENCH_SECONDS ?? 4);
const sluice = join(import.meta.dirname, '..', 'bin', 'sluice.js');
const names = ['floor', 'memory', 'durable', 'oidc-provider'] as const;

type Name = (typeof names)[number];

wantPrograms('wrk');
wantPeers();
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-token-'));
const setup = join(folder, 'org.yaml');
writeFileSync(setup, 'limits: { loginsPerUserAndHour: 1000000000 }\n');

try {
  const rates = await measure();
  print(rates);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<Record<Name, number[]>> {
  const rates: Record<Name, number[]> = { floor: [], memory: [], durable: [], 'oidc-provider': [] };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 ? [...names].reverse() : names;
    for (const name of order) {
      const server = await begin(name, round);
      rates[name].push(await load(server));
      await stop(server);
    }
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
  return rates;
}

async function begin(name: Name, round: number): Promise<Started> {
  if (name === 'floor') return start([join(peersFolder, 'floor-server.js')]);
  if (name === 'oidc-provider') return start([join(peersFolder, 'oidc-server.js')]);
  const store = name === 'memory' ? ['--memory'] : ['--data', join(folder, `round-${round}`)];
  return start([sluice, 'org', 'start', '--json', '--port', '0', '--setup', setup, ...store]);
}

async function load({ ready }: Started): Promise<number> {
  const url = ready.url?.includes('/token') ? ready.url : `${ready.url}/services/oauth2/token`;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: ready.consumerKey ?? 'none',
    client_secret: ready.consumerSecret ?? 'none',
  }).toString();
  return requestsPerSecond({ url, method: 'POST', body, headers: formHeaders }, { folder, seconds });
}

function print(rates: Record<Name, number[]>): void {
  for (const name of names) say(`${name.padEnd(14)} ${Math.round(median(rates[name]))} tokens/s`);
  judge('in memory, of the floor', medianRatio(rates.memory, rates.floor), { atLeast: 0.35 });
  judge('in memory, of oidc-provider, times', medianRatio(rates.memory, rates['oidc-provider']), { atLeast: 3 });
  judge('durable, of the floor', medianRatio(rates.durable, rates.floor), { atLeast: 0.2 });
}
