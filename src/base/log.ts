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
  const redact = { paths, censor: '[cut]' };
  return pino({ level, redact, base: null, hooks: { streamWrite: escapeControls } }, pino.destination(2));
}

/** JSON leaves these as they are, and a terminal or a reader of lines may obey them. */
function escapeControls(line: string): string {
  return line.replaceAll(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
