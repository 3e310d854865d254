/** Room for newcomers: when connections come near their bound, the oldest of those that never asked for anything are ended. */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Of the bound; below it silence is only limited in time. */
const crowdedPart = 7 / 8;

/** Gives what is to be told of each request. */
export function keepRoom(server: Server, maxConnections: number): (request: IncomingMessage) => void {
  const crowdedAt = Math.floor(maxConnections * crowdedPart);
  /** By the other end, since what TLS gives is another socket than the one that came; the oldest first. */
  const silent = new Map<string, Socket>();
  const spoken = new WeakSet<Socket>();
  let open = 0;
  server.maxConnections = maxConnections;
  server.on('connection', (socket: Socket) => {
    const name = nameOf(socket);
    open += 1;
    silent.set(name, socket);
    socket.once('close', () => {
      open -= 1;
      if (silent.get(name) === socket) silent.delete(name);
    });
    if (open > crowdedAt) endOldest(silent);
  });
  // Those that only wait for their next call make room too.
  server.on('drop', () => server.closeIdleConnections());
  return ({ socket }) => {
    if (spoken.has(socket)) return;
    spoken.add(socket);
    silent.delete(nameOf(socket));
  };
}

const nameOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;

function endOldest(silent: Map<string, Socket>): void {
  const oldest = silent.entries().next().value;
  if (oldest === undefined || silent.size === 1) return;
  silent.delete(oldest[0]);
  oldest[1].destroy();
}
