/**
 * What a flood of hostile requests leaves behind: the shipped server as a child, requests of every kind that is refused, each connection
 * from another address of loopback; its resident memory after 10,000 of them and after 1,000,000. None may be answered by a 5xx.
 */
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMiB, start, stop } from './child.ts';
import { judge, say } from './figures.ts';
import { loopbackAddress } from './raw-client.ts';

const first = 10_000;
const requests = Number(process.env.BENCH_REQUESTS ?? 1_000_000);
const perConnection = 20;
const connectionsAtOnce = 32;
/** For what the last connections hold to be let go. */
const settleMs = 3_000;
const sluice = join(import.meta.dirname, '..', 'bin', 'sluice.js');
const tokenPath = '/services/oauth2/token';
const grant = 'grant_type=client_credentials';

type Victim = { port: number; consumerKey: string };
type Make = (index: number, victim: Victim) => string;

const post = (path: string, body: string, headers = '', type = 'application/x-www-form-urlencoded') =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n${headers}Content-Length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n${body}`;
const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
const basic = (text: string) => `Authorization: Basic ${Buffer.from(text).toString('base64')}\r\n`;
const bearer = (token: string) => `Authorization: Bearer ${token}\r\n`;

/** More than a third are guesses at the secret of the true key, each another one. */
const kinds: readonly Make[] = [
  (index, { consumerKey }) => post(tokenPath, `${grant}&client_id=${consumerKey}&client_secret=guess${index}`),
  (index, { consumerKey }) => post(tokenPath, grant, basic(`${consumerKey}:guess${index}`)),
  (index) => post(tokenPath, `${grant}&client_id=unknown${index}&client_secret=x`),
  (index, { consumerKey }) => post(tokenPath, `${grant}&client_id=${consumerKey}&client_secret=try${index}`),
  (index) => post(tokenPath, `${grant}&x${index}=1&x${index}=2`),
  (index) => post(tokenPath, `${grant}&x=%zz${index}`),
  (index, { consumerKey }) =>
    post('/services/oauth2/introspect', `token=x&client_id=${consumerKey}&client_secret=${index}`),
  (index) => post(tokenPath, `{"grant_type":"client_credentials","n":${index}}`, '', 'application/json'),
  (index, { consumerKey }) => post(tokenPath, `${grant}&client_id=${consumerKey}&client_secret=word${index}`),
  (index) => get(`${tokenPath}?client_secret=guess${index}`),
  (index) => get('/services/oauth2/userinfo', bearer(`00Dxx!${index}`)),
  (index) => get('/services/data/v68.0/limits', bearer(`eyJ${index}`)),
  (index) => post('/services/oauth2/revoke', `token=unknown${index}`),
  (index) => post('/services/data/v68.0/sobjects/Account', `{"Name":${index}}`, bearer('x'), 'application/json'),
  (index) => post('/setup/api/session', `{"username":${index},"password":"x"}`, '', 'application/json'),
  (index) => get(`/nowhere/${index}`),
  (index, { consumerKey }) => post(tokenPath, `${grant}&client_id=${consumerKey}&client_secret=\xff\xfe${index}`),
  (index) => post(tokenPath, `grant_type=implicit${index}`),
  (index) => post(tokenPath, `${grant}&client_assertion_type=x&client_assertion=a.b.${index}`),
  (index) => post(tokenPath, `${grant}&pad=${'a'.repeat(8_300)}${index}`),
];

/** Sends the requests of one connection one after the other; gives how many were answered by what. */
function flood(victim: Victim, connection: number, counts: Map<string, number>): Promise<void> {
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

async function floodUpTo(victim: Victim, from: number, to: number, counts: Map<string, number>): Promise<void> {
  let connection = from / perConnection;
  const work = async () => {
    while (connection < to / perConnection) {
      connection += 1;
      await flood(victim, connection - 1, counts);
    }
  };
  await Promise.all(Array.from({ length: connectionsAtOnce }, work));
  await sleep(settleMs);
}

const server = await start([sluice, 'org', 'start', '--json', '--port', '0', '--memory']);
const victim = { port: Number(new URL(server.ready.url ?? '').port), consumerKey: server.ready.consumerKey ?? '' };
const counts = new Map<string, number>();
try {
  await floodUpTo(victim, 0, first, counts);
  const before = residentMiB(server.child.pid);
  await floodUpTo(victim, first, requests, counts);
  const after = residentMiB(server.child.pid);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const refused = [...counts].reduce((sum, [status, count]) => sum + (status.startsWith('4') ? count : 0), 0);
  say([...counts].map(([status, count]) => `${status}: ${count}`).join(', '));
  say(`resident after ${first} ${before.toFixed(0)} MiB, after ${total} ${after.toFixed(0)} MiB`);
  judge('more resident memory, MiB', after - before, { atMost: 20 });
  judge('requests answered, of those sent', total / requests, { atLeast: 1 });
  judge('refused, of those answered', refused / total, { atLeast: 1 });
} finally {
  await stop(server);
}
