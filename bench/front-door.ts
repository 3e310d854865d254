/**
 * The front door with every check on, against bare node:http: who a bearer token is (userinfo) and what a token is worth
 * (introspection), by wrk; and how long an unknown key takes beside a wrong secret, each guess a new one.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start, stop } from './child.ts';
import { judge, median, medianRatio, say, wantPrograms } from './figures.ts';
import { peersFolder } from './peers.ts';
import { openRawClient } from './raw-client.ts';
import { formHeaders, type Load, requestsPerSecond } from './wrk.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const seconds = Number(process.env.BENCH_SECONDS ?? 4);
const pairs = Number(process.env.BENCH_PAIRS ?? 10_000);
/** Fewer than make an address wait. */
const pairsPerAddress = 4;
const sluice = join(import.meta.dirname, '..', 'bin', 'sluice.js');

wantPrograms('wrk');
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-front-door-'));
const setup = join(folder, 'org.yaml');
writeFileSync(setup, 'limits: { loginsPerUserAndHour: 1000000000 }\n');
const org = await start([sluice, 'org', 'start', '--json', '--port', '0', '--memory', '--setup', setup]);
const url = org.ready.url ?? '';
const app = { client_id: org.ready.consumerKey ?? '', client_secret: org.ready.consumerSecret ?? '' };

try {
  const loads = await loadsOfOrg();
  await measure('userinfo', loads.userinfo, 0.7);
  await measure('introspection', loads.introspection, 0.5);
  await compareRefusals();
} finally {
  await stop(org);
  rmSync(folder, { recursive: true, force: true });
}

async function loadsOfOrg(): Promise<{ userinfo: Load; introspection: Load }> {
  const token = await fetch(`${url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', ...app }),
  });
  const { access_token: accessToken } = (await token.json()) as { access_token: string };
  const headers = { Authorization: `Bearer ${accessToken}` };
  const body = new URLSearchParams({ token: accessToken, ...app }).toString();
  return {
    userinfo: { url: `${url}/services/oauth2/userinfo`, method: 'GET', headers },
    introspection: { url: `${url}/services/oauth2/introspect`, method: 'POST', body, headers: formHeaders },
  };
}

/** Against a floor that answers with as many bytes; the two take turns. */
async function measure(what: string, load: Load, atLeast: number): Promise<void> {
  const { method, headers = {}, body } = load;
  const sent = await fetch(load.url, { method, headers, ...(body === undefined ? {} : { body }) });
  const bytes = (await sent.text()).length;
  const floor = await start([join(peersFolder, 'floor-server.js')], { FLOOR_BYTES: String(bytes) });
  const rates: { own: number[]; floor: number[] } = { own: [], floor: [] };
  for (let round = 0; round < rounds; round += 1) {
    const ofFloor = async () =>
      rates.floor.push(await requestsPerSecond({ ...load, url: floor.ready.url ?? '' }, { folder, seconds }));
    const ofOwn = async () => rates.own.push(await requestsPerSecond(load, { folder, seconds }));
    for (const one of round % 2 ? [ofOwn, ofFloor] : [ofFloor, ofOwn]) await one();
  }
  await stop(floor);
  say(`${what}: ${Math.round(median(rates.own))} a second, bare node:http ${Math.round(median(rates.floor))}`);
  judge(`${what}, of the floor`, medianRatio(rates.own, rates.floor), { atLeast });
}

/** One after the other on one connection, so that what disturbs the one disturbs the other. */
async function compareRefusals(): Promise<void> {
  const times: { unknown: number[]; wrong: number[] } = { unknown: [], wrong: [] };
  const form = (clientId: string, guess: number) =>
    new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: `guess${guess}`,
    }).toString();
  const unknownKey = `3MVG9${'u'.repeat(app.client_id.length - 5)}`;
  for (let pair = 0; pair < pairs; pair += pairsPerAddress) {
    await using client = await openRawClient(url, { address: pair / pairsPerAddress });
    await client.post('/services/oauth2/token', 'grant_type=warm');
    for (let index = pair; index < pair + pairsPerAddress; index += 1) {
      const asUnknown = async () =>
        times.unknown.push(await client.post('/services/oauth2/token', form(unknownKey, index)));
      const asWrong = async () =>
        times.wrong.push(await client.post('/services/oauth2/token', form(app.client_id, index)));
      for (const one of index % 2 ? [asUnknown, asWrong] : [asWrong, asUnknown]) await one();
    }
  }
  const [unknown, wrong] = [median(times.unknown), median(times.wrong)];
  say(`refused, median of ${pairs}: unknown key ${unknown.toFixed(1)} µs, wrong secret ${wrong.toFixed(1)} µs`);
  judge('the slower of the two, of the quicker', Math.max(unknown, wrong) / Math.min(unknown, wrong), { atMost: 1.1 });
}
