/** Loaded into the programs under test: they reach this machine alone, and an attempt to reach another is an error and a line. */
import { Socket } from 'node:net';

const connect = Socket.prototype.connect;

Socket.prototype.connect = function connectToLoopback(...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  const host =
    typeof options === 'object' && options !== null ? (options.path ?? options.host ?? 'localhost') : args[1];
  if (isLoopback(host)) return connect.apply(this, args);
  process.stderr.write(`refused to connect to ${host}\n`);
  process.nextTick(() => this.destroy(new Error(`refused to connect to ${host}`)));
  return this;
};

function isLoopback(host) {
  return (
    host === undefined ||
    host === 'localhost' ||
    host === '::1' ||
    /^127\.|^\//.test(host) ||
    host.endsWith('.localhost')
  );
}
