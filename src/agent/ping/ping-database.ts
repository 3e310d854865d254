/** The database half of Ping Agent Connection: reached, signed in, tables visible. */
import { SluiceError } from '../../base/index.ts';
import { type Database, type DatabaseSettings, openDatabase } from '../../database/index.ts';
import { type Found, type PingReport, runPingSteps, type Step } from '../../protocol/index.ts';
import { nameStep, portStep } from './reach-host.ts';

/** What is wrong with the database stands in the report; thrown is only the reason of the signal. */
export async function pingDatabase(settings: DatabaseSettings, signal?: AbortSignal): Promise<PingReport> {
  const about: PingReport['about'] = {};
  const opened: { database?: Database } = {};
  try {
    return await runPingSteps([...wayTo(settings), ...insideOf(settings, opened)], { about, signal });
  } finally {
    await opened.database?.[Symbol.asyncDispose]();
  }
}

/** Files have no way to them. */
function wayTo(settings: DatabaseSettings): Step[] {
  if (!('host' in settings) || settings.host.startsWith('/')) return [];
  return [nameStep(settings), portStep(settings)].map((step) => ({ ...step, label: `Database: ${step.label}` }));
}

function insideOf(settings: DatabaseSettings, opened: { database?: Database }): Step[] {
  const isFolder = settings.type === 'csv';
  return [
    {
      name: 'signedIn',
      label: isFolder ? 'Folder found' : 'Signed in to the database',
      async run(signal) {
        opened.database = await openDatabase(settings, { signal });
        return isFolder ? `${settings.folder} can be read.` : `${nameOf(settings)} let the agent in.`;
      },
    },
    {
      name: 'tables',
      label: isFolder ? 'Files visible' : 'Tables visible',
      async run(signal): Promise<Found> {
        const names = (await opened.database?.tables({ signal })) ?? [];
        const what = isFolder ? 'file' : 'table';
        if (names.length === 0 && isFolder) return emptyFolder(settings.folder);
        if (names.length === 0) throw new SluiceError('NOTHING_VISIBLE', { what, where: nameOf(settings) });
        return `${names.length} ${what}${names.length === 1 ? ' is' : 's are'} visible, ${names[0]} among them.`;
      },
    },
  ];
}

/** As that of a backup is at first. */
function emptyFolder(folder: string): Found {
  return {
    detail: `${folder} has no files yet.`,
    next: 'What goes out of Salesforce makes its own; put a file there if something is to be read from it.',
  };
}

function nameOf(settings: DatabaseSettings): string {
  if (settings.type === 'csv') return settings.folder;
  if (settings.type === 'sqlite') return settings.file;
  return `"${settings.database}" at ${settings.host}:${settings.port}`;
}
