/** Says on standard error what a command waits for, when something has not answered for a while and is tried again. */
import { type Log, tryingAgain } from '../base/index.ts';
import type { Terminal } from './terminal.ts';

/** What passes by itself at the second try is not worth a line. */
const quietTries = 2;
const tellEveryMs = 20_000;

/** The same log, listened to. */
export function tellWaiting(log: Log, terminal: Terminal, now: () => number = () => performance.now()): Log {
  let toldAt = Number.NEGATIVE_INFINITY;

  function tell({ attempt = 0, reason = '' }: { attempt?: number; reason?: string }): void {
    if (attempt <= quietTries || now() - toldAt < tellEveryMs) return;
    toldAt = now();
    const clearLine = terminal.watched ? '\r\u001b[K' : '';
    terminal.err(`${clearLine}Waiting, and trying again for some minutes: ${reason}. Ctrl-C stops the run safely.\n`);
  }

  return {
    debug: (entry, text) => log.debug(entry, text),
    info(entry, text) {
      log.info(entry, text);
      if (text === tryingAgain) tell(entry);
    },
    warn: (entry, text) => log.warn(entry, text),
    error: (entry, text) => log.error(entry, text),
  };
}
