/** The floor of a search by key over HTTP: bare node:http and one prepared statement over the same rows. It prints `{"url":…}`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';

const database = new DatabaseSync(process.argv[2] ?? '', { readOnly: true });
const find = database.prepare('SELECT * FROM message WHERE key = ? ORDER BY id DESC LIMIT 51');

const server = createServer((request, response) => {
  const key = new URL(request.url ?? '', 'http://floor').searchParams.get('key');
  const answer = Buffer.from(JSON.stringify({ rows: find.all(key) }));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
  response.end(answer);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
