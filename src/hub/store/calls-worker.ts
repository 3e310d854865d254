/** The thread that writes accepted calls and unfolds them, so that neither work nor disk holds up whoever calls meanwhile. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { SluiceError } from '../../base/index.ts';
import type { SqliteFile } from '../../store/index.ts';
import type { CallsAnswer, CallsWork, CallsWorkerData } from './calls-thread.ts';
import { openHubFile } from './hub-file.ts';
import { unfold } from './unfold-calls.ts';
import { writeCallRows } from './write-call.ts';

if (parentPort !== null) serve(parentPort, workerData as CallsWorkerData);

/** One work at a time; the next comes when the last was answered. */
function serve(port: MessagePort, { folder }: CallsWorkerData): void {
  let opened: SqliteFile | undefined;
  const answerTo = async (work: CallsWork): Promise<CallsAnswer> => {
    try {
      opened ??= openHubFile(folder);
      return { value: await carry(opened, work) };
    } catch (error) {
      return { fault: faultOf(error) };
    }
  };
  port.on('message', async (work: CallsWork | 'close') => {
    if (work !== 'close') return port.postMessage(await answerTo(work));
    await opened?.[Symbol.asyncDispose]();
    port.close();
  });
}

function carry(store: SqliteFile, work: CallsWork): Promise<unknown> {
  return store.write(() =>
    'accept' in work ? writeCallRows(store, work.accept) : unfold(store, work.now, work.unfold),
  );
}

/** Errors of the one table go over as what they are made of. */
function faultOf(error: unknown): Extract<CallsAnswer, { fault: unknown }>['fault'] {
  if (error instanceof SluiceError) return { code: error.code, values: error.values };
  return { stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
