// The floor of an endpoint that keeps what it is sent: bare node:http, each body appended to a file (FLOOR_FILE) as a line, on the disk
// before the answer, one fdatasync for all that came meanwhile; the answer is of the size of the true one (FLOOR_BYTES).
import { fdatasync, openSync, write } from 'node:fs';
import { createServer } from 'node:http';

const file = openSync(process.env.FLOOR_FILE, 'a');
const answer = Buffer.from(JSON.stringify({ filler: 'C'.repeat(Number(process.env.FLOOR_BYTES ?? 300) - 13) }));
const head = { 'content-type': 'application/json;charset=UTF-8', 'content-length': answer.length };
let waiting = [];
let writing = false;

function commit() {
  if (writing || waiting.length === 0) return;
  writing = true;
  const together = waiting;
  waiting = [];
  write(file, Buffer.concat(together.map(({ line }) => line)), (failed) => {
    if (failed) throw failed;
    fdatasync(file, (unsynced) => {
      if (unsynced) throw unsynced;
      writing = false;
      for (const { response } of together) response.writeHead(202, head).end(answer);
      commit();
    });
  });
}

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    pieces.push(Buffer.from('\n'));
    waiting.push({ line: Buffer.concat(pieces), response });
    commit();
  });
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/` })}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
