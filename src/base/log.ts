/** JSON lines on standard error; secrets and tokens are cut out wherever they stand in an entry. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export type Log = {
  debug(entry: object, text: string): void;
  info(entry: object, text: string): void;
  warn(entry: object, text: string): void;
  error(entry: object, text: string): void;
};

const silence: Log = { debug() {}, info() {}, warn() {}, error() {} };

const secretNames = [
  'password',
  'secret',
  'consumerSecret',
  'client_secret',
  'clientSecret',
  'access_token',
  'accessToken',
  'token',
  'authorization',
  'assertion',
];

/** `level` is one of debug, info, warn, error, silent; the default is warn. */
export function createLog({ level = 'warn' }: { level?: string } = {}): Log {
  if (level === 'silent') return silence;
  const { pino } = require('pino') as typeof import('pino');
  const paths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level, redact: { paths, censor: '[cut]' }, base: null }, pino.destination(2));
}
