/** For tests: a hub that listens, and the command line working with it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../base/index.ts';
import { openHub } from '../hub/index.ts';
import { main } from './main.ts';

export async function openListeningHub() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-listening-hub-'));
  const hub = await openHub({ folder: join(folder, 'hub'), log: createLog({ level: 'silent' }) });
  const address = await hub.listen();
  const environment = { SLUICE_HUB: address, SLUICE_SECRET_HUB: hub.firstAdministrator?.password };
  /** One command line, in the folder of this test. */
  const sluice = async (...words: string[]) => {
    const said = { out: '', err: '' };
    const say = (stream: 'out' | 'err') => (text: string) => {
      said[stream] += text;
    };
    const terminal = { watched: false, columns: 80, closed: false, environment, workingFolder: folder };
    const code = await main(words, { ...terminal, out: say('out'), err: say('err') });
    return { code, ...said };
  };
  const close = async () => {
    await hub.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { hub, hubFolder: hub.folder, folder, address, environment, sluice, [Symbol.asyncDispose]: close };
}
