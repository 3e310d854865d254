/**
 * The parts of undici that calls are made with. Its main file loads fetch, WebSocket and caches as well, which would be a tenth
 * of the memory of a whole run, and two thirds of the time that loading it takes.
 */
import { createRequire } from 'node:module';
import type * as undici from 'undici';

const require = createRequire(import.meta.url);
const dispatcher = require('undici/lib/dispatcher/dispatcher.js') as { prototype: undici.Dispatcher };

// As undici's main file does: it gives every pool its request().
Object.assign(dispatcher.prototype, require('undici/lib/api/index.js'));

export const Pool = require('undici/lib/dispatcher/pool.js') as typeof undici.Pool;
export type Pool = undici.Pool;

export const buildConnector = require('undici/lib/core/connect.js') as typeof undici.buildConnector;
