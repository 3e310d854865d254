// The floor of an OAuth endpoint: bare node:http, a form parsed where one comes, a fixed answer of the size of the true one
// (FLOOR_BYTES, or that of the token endpoint).
import { createServer } from 'node:http';

const bytes = Number(process.env.FLOOR_BYTES ?? 583);
const answer = Buffer.from(JSON.stringify({ filler: 'C'.repeat(bytes - 13) }));

const server = createServer((request, response) => {
  const send = (status) => {
    response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', 'content-length': answer.length });
    response.end(answer);
  };
  if (request.method === 'GET') {
    send(request.headers.authorization === undefined ? 400 : 200);
    return;
  }
  let body = '';
  request.setEncoding('latin1');
  request.on('data', (piece) => {
    body += piece;
  });
  request.on('end', () => {
    const form = new URLSearchParams(body);
    send(form.get('grant_type') === 'client_credentials' || form.has('token') ? 200 : 400);
  });
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(
    `${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/services/oauth2/token` })}\n`,
  );
});
process.stdin.resume().on('end', () => process.exit(0));
