/** Hostile requests over real sockets: smuggled, malformed, slow, repeated, out of order; each ends in a defined refusal. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { openOrgInTest } from './org-in-test.ts';

let opened: Awaited<ReturnType<typeof openOrgInTest>>;
let port: number;
/** A form that gives a token when it is read as it stands. */
let good: string;

before(async () => {
  opened = await openOrgInTest();
  port = Number(new URL(await opened.org.listen()).port);
  const { consumerKey, consumerSecret } = opened.org;
  good = `grant_type=client_credentials&client_id=${consumerKey}&client_secret=${consumerSecret}`;
});

after(() => opened.org.close());

type Talk = {
  text: string;
  statuses: readonly string[];
  /** By the server. */
  ended: boolean;
};

/** Sends bytes as they stand; ends when the server does, or when there were so many answers. */
function talk(sent: string, { answers = 1 }: { answers?: number } = {}): Promise<Talk> {
  const { promise, resolve } = Promise.withResolvers<Talk>();
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  let text = '';
  const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status ?? '');
  const finish = (ended: boolean) => {
    resolve({ text, statuses: statuses(), ended });
    socket.destroy();
  };
  socket.on('data', (piece) => {
    text += piece;
    if (statuses().length >= answers && isWhole(text)) finish(false);
  });
  socket.on('error', () => undefined).on('close', () => finish(true));
  socket.write(sent, 'latin1');
  return promise;
}

/** Whether the last answer has its whole body, which our server always announces. */
function isWhole(text: string): boolean {
  const last = text.slice(text.lastIndexOf('HTTP/1.1 '));
  const [head = '', body] = last.split('\r\n\r\n', 2);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  return body !== undefined && Buffer.byteLength(last.slice(head.length + 4), 'latin1') >= length;
}

const line = 'POST /services/oauth2/token HTTP/1.1\r\n';
const host = 'Host: localhost\r\n';
const form = 'Content-Type: application/x-www-form-urlencoded\r\n';
const chunked = 'Transfer-Encoding: chunked\r\n';
const lengthOf = (body: string) => `Content-Length: ${body.length}\r\n`;
const whole = (body: string) => `${line}${host}${form}${lengthOf(body)}\r\n${body}`;

/** Two readings of where a request ends: the second request must never be found in it. */
const smuggled: readonly (readonly [name: string, headers: string, body: string])[] = [
  ['length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'],
  ['chunks and length', 'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', '0\r\n\r\n'],
  ['two lengths', 'Content-Length: 0\r\nContent-Length: 9\r\n', ''],
  ['two equal lengths', 'Content-Length: 0\r\nContent-Length: 0\r\n', ''],
  ['a list of lengths', 'Content-Length: 0, 5\r\n', ''],
  ['a length with a sign', 'Content-Length: +0\r\n', ''],
  ['a negative length', 'Content-Length: -1\r\n', ''],
  ['a length in hexadecimals', 'Content-Length: 0x0\r\n', ''],
  ['a length of twenty digits', 'Content-Length: 99999999999999999999\r\n', ''],
  ['another encoding', 'Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'],
  ['two encodings', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', '0\r\n\r\n'],
  ['a list of encodings', 'Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'],
  ['an encoding in quotes', 'Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n'],
  ['a space before the colon', 'Transfer-Encoding : chunked\r\n', '0\r\n\r\n'],
  ['a vertical tab', 'Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'],
  ['a folded encoding', 'Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'],
  ['a folded header', 'X: a\r\n b\r\nContent-Length: 0\r\n', ''],
  ['a bare CR', 'X: a\rTransfer-Encoding: chunked\r\nContent-Length: 0\r\n', ''],
  ['a NUL in a header', 'X: a\u0000b\r\nContent-Length: 0\r\n', ''],
  ['a chunk of sixty-eight bits', chunked, 'fffffffffffffffff\r\n'],
  ['a negative chunk', chunked, '-1\r\n'],
  ['a chunk size with a prefix', chunked, '0x5\r\nabcde\r\n0\r\n\r\n'],
  ['a chunk longer than it says', chunked, '5\r\nabcdeX0\r\n\r\n'],
  ['chunks ended by LF alone', chunked, '5\nabcde\n0\n\n'],
  ['a chunk extension with LF', chunked, '5;a\nxx\r\nabcde\r\n0\r\n\r\n'],
];

test('a request whose end can be read in two ways is refused, and what may hide behind it is never read', async () => {
  for (const [name, headers, body] of smuggled) {
    const { statuses, ended, text } = await talk(`${line}${host}${form}${headers}\r\n${body}${whole(good)}`, {
      answers: 2,
    });
    assert.deepEqual([statuses, ended], [['400'], true], name);
    assert.ok(!text.includes('access_token'), name);
  }
  assert.match((await talk(whole(good))).text, /"access_token":/);
});

test('a request that is not HTTP, or is for another host, is refused', async () => {
  const rest = `${form}${lengthOf(good)}\r\n${good}`;
  const malformed: readonly (readonly [name: string, sent: string, status: string])[] = [
    ['two hosts', `${line}${host}Host: evil.example\r\n${rest}`, '400'],
    ['two hosts, the first of them strange', `${line}Host: evil.example\r\n${host}${rest}`, '400'],
    ['no host', `${line}${rest}`, '400'],
    ['the URL of another host', `POST http://evil.example/services/oauth2/token HTTP/1.1\r\n${host}${rest}`, '421'],
    ['lines ended by LF', `${line}${host}${rest}`.replaceAll('\r\n', '\n'), '400'],
    ['a NUL in the path', `POST /services/oauth2/token\u0000 HTTP/1.1\r\n${host}${rest}`, '400'],
    ['a space in the path', `POST /services/oauth2 /token HTTP/1.1\r\n${host}${rest}`, '400'],
    ['HTTP/0.9', 'GET /services/oauth2/token\r\n\r\n', '421'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400'],
    ['HTTP/3.1', `POST /services/oauth2/token HTTP/3.1\r\n${host}${rest}`, '400'],
    ['http in small letters', `POST /services/oauth2/token http/1.1\r\n${host}${rest}`, '400'],
    ['the body before the head', `${good}\r\n\r\n${whole(good)}`, '400'],
    ['three thousand headers', `${line}${host}${'x: y\r\n'.repeat(3_000)}${rest}`, '431'],
    ['a tunnel', `CONNECT localhost:443 HTTP/1.1\r\n${host}\r\n`, ''],
  ];
  for (const [name, sent, status] of malformed) {
    const { statuses, ended, text } = await talk(sent, { answers: 2 });
    assert.deepEqual([statuses.join(), ended], [status, true], name);
    assert.ok(!text.includes('access_token'), name);
  }
});

test('a request that is HTTP but not what the endpoint takes is refused, and the connection goes on', async () => {
  const rest = `${form}${lengthOf(good)}\r\n${good}`;
  const basic = Buffer.from(`${opened.org.consumerKey}:${opened.org.consumerSecret}`).toString('base64');
  const grant = 'grant_type=client_credentials';
  const refused: readonly (readonly [name: string, sent: string, status: string])[] = [
    ['an encoded slash', `POST /services%2Foauth2/token HTTP/1.1\r\n${host}${rest}`, '404'],
    ['dot segments', `POST /x/../services/oauth2/token HTTP/1.1\r\n${host}${rest}`, '404'],
    ['a path parameter', `POST /services/oauth2/token;x=1 HTTP/1.1\r\n${host}${rest}`, '404'],
    ['TRACE', `TRACE /services/oauth2/token HTTP/1.1\r\n${host}\r\n`, '400'],
    ['GET with a body', `GET /services/oauth2/token HTTP/1.1\r\n${host}${rest}`, '400'],
    [
      'another method in a header',
      `GET /services/oauth2/token HTTP/1.1\r\n${host}X-HTTP-Method-Override: POST\r\n${rest}`,
      '400',
    ],
    [
      'an upgrade to HTTP/2',
      `${line}${host}${form}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n${lengthOf('x=1&y')}\r\nx=1&y`,
      '400',
    ],
    [
      'an upgrade to WebSocket',
      `GET /services/oauth2/userinfo HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      '403',
    ],
    ['an expectation nobody knows', `${line}${host}${form}Expect: 200-ok\r\n${lengthOf(good)}\r\n${good}`, '417'],
    ['no media type', `${line}${host}${lengthOf(good)}\r\n${good}`, '400'],
    ['two media types', `${line}${host}Content-Type: text/plain\r\n${rest}`, '400'],
    [
      'two Authorization headers',
      `${line}${host}${form}Authorization: Basic eA==\r\nAuthorization: Basic ${basic}\r\n${lengthOf(grant)}\r\n${grant}`,
      '400',
    ],
    [
      'credentials in a trailer',
      `${line}${host}${form}${chunked}Trailer: Authorization\r\n\r\n1d\r\n${grant}\r\n0\r\nAuthorization: Basic ${basic}\r\n\r\n`,
      '400',
    ],
  ];
  for (const [name, sent, status] of refused) {
    const { statuses, text } = await talk(sent);
    assert.deepEqual(statuses, [status], name);
    assert.ok(!text.includes('access_token'), name);
  }
});

test('a hundred requests in one write are answered in their order, the good one among them alone with a token', async () => {
  const wrong = whole('grant_type=client_credentials&client_id=nobody&client_secret=x');
  const sent = `${wrong.repeat(60)}${whole(good)}${wrong.repeat(39)}`;
  const { statuses } = await talk(sent, { answers: 100 });
  assert.deepEqual([statuses.length, statuses.indexOf('200'), statuses.lastIndexOf('200')], [100, 60, 60]);
});

test('a body without an end is refused once it is longer than 8 KiB, while it is still coming', async () => {
  const chunk = `1000\r\n${'y'.repeat(4096)}\r\n`;
  const { statuses, text, ended } = await talk(
    `${line}${host}${form}${chunked}\r\n1e\r\n${good.slice(0, 30)}\r\n${chunk.repeat(10)}`,
  );
  assert.deepEqual([statuses, ended], [['400'], false]);
  assert.match(text, /"error":"invalid_request"/);
});

test('two callers who share a connection each learn of themselves alone', async () => {
  const tokenOf = async (sent: string) => /"access_token":"([^"]+)"/.exec((await talk(whole(sent))).text)?.[1] ?? '';
  const mine = await tokenOf(good);
  const identity =
    'grant_type=client_credentials&client_id=3MVG9aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
  const theirs = await tokenOf(`${identity}&client_secret=identity-secret-identity-secret-identity`);
  const ask = (token: string) =>
    `GET /services/oauth2/userinfo HTTP/1.1\r\n${host}Authorization: Bearer ${token}\r\n\r\n`;
  const { text } = await talk(`${ask(mine)}${ask(theirs)}${ask('x')}`.repeat(10), { answers: 30 });
  const names = [...text.matchAll(/"preferred_username":"(\w+)|Bad_OAuth_Token/g)].map(
    ([found, name]) => name ?? found,
  );
  assert.deepEqual(names, Array.from({ length: 10 }, () => ['integration', 'other', 'Bad_OAuth_Token']).flat());
});

test('steps out of their order are refused: a token asked about, used and ended after its end', async () => {
  const token = /"access_token":"([^"]+)"/.exec((await talk(whole(good))).text)?.[1] ?? '';
  const post = (path: string, body: string) => talk(whole(body).replace('/services/oauth2/token', path));
  const app = good.replace('grant_type=client_credentials&', '');
  assert.match((await post('/services/oauth2/revoke', `token=${token}`)).text, /^HTTP\/1\.1 200 /);
  assert.match((await post('/services/oauth2/revoke', `token=${token}`)).text, /"error":"invalid_token"/);
  assert.match((await post('/services/oauth2/introspect', `token=${token}&${app}`)).text, /\{"active":false\}$/);
  const used = await talk(`GET /services/oauth2/userinfo HTTP/1.1\r\n${host}Authorization: Bearer ${token}\r\n\r\n`);
  assert.match(used.text, /^HTTP\/1\.1 403 [\s\S]*Bad_OAuth_Token$/);
  assert.match(
    (await post('/services/oauth2/token', `${app}&grant_type=refresh_token&refresh_token=${token}`)).text,
    /^HTTP\/1\.1 400 /,
  );
});

test('a body that drips, stops or never comes is cut off in about ten seconds, at each endpoint', {
  timeout: 60_000,
}, async () => {
  const authorization = `Authorization: Bearer ${opened.token}\r\n`;
  const paths = ['oauth2/token', 'oauth2/introspect', 'oauth2/revoke', 'data/v68.0/sobjects/Account'];
  const heads = paths.map(
    (path) => `POST /services/${path} HTTP/1.1\r\n${host}${authorization}Content-Length: 8000\r\n`,
  );
  const typed = heads.map((head, index) => `${head}${index < 3 ? form : 'Content-Type: application/json\r\n'}\r\n`);
  const began = performance.now();
  const ends = await Promise.all([...typed.map((head) => slow(head, true)), ...typed.map((head) => slow(head, false))]);
  assert.deepEqual(
    ends.map((text) => /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]),
    ends.map(() => '408'),
  );
  assert.ok(performance.now() - began >= 9_000, 'an honest client has ten seconds');
});

/** What the server says to a body that does not end; `drips`: a byte from time to time, else the head alone. */
function slow(head: string, drips: boolean): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  const drip = setInterval(() => drips && socket.write('x'), 400);
  let text = '';
  socket.on('data', (piece) => {
    text += piece;
  });
  socket
    .on('error', () => undefined)
    .on('close', () => {
      clearInterval(drip);
      resolve(text);
    });
  socket.write(head);
  return promise;
}
