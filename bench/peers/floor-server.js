// The floor of a token endpoint: bare node:http, the form parsed, a fixed answer of the size of the true one.
import { createServer } from 'node:http';

const answer = Buffer.from(
  JSON.stringify({ access_token: 'A'.repeat(112), signature: 'B'.repeat(44), filler: 'C'.repeat(380) }),
);

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('latin1');
  request.on('data', (piece) => {
    body += piece;
  });
  request.on('end', () => {
    const form = new URLSearchParams(body);
    response.writeHead(form.get('grant_type') === 'client_credentials' ? 200 : 400, {
      'content-type': 'application/json;charset=UTF-8',
      'content-length': answer.length,
    });
    response.end(answer);
  });
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(
    `${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/services/oauth2/token` })}\n`,
  );
});
process.stdin.resume().on('end', () => process.exit(0));
