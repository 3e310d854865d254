/** A backup of chosen objects: each into a CSV file of one folder, whose manifest has the rows and the digest of each. */
import { mkdir } from 'node:fs/promises';
import { type Environment, type Log, SluiceError } from '../../base/index.ts';
import { openTarget, type Target } from '../../database/index.ts';
import type { ConnectionDefinition } from '../../protocol/index.ts';
import type { Salesforce } from '../../salesforce/index.ts';
import { openSalesforceOf } from '../connection-file.ts';
import { planOutbound } from './plan-outbound.ts';
import { outboundSoql } from './soql.ts';
import { dropQueryJob, stageRecords } from './stage-records.ts';

export type BackupOptions = {
  connection: ConnectionDefinition;
  /** Made when it is not there. One folder holds one backup. */
  folder: string;
  /** API names; all that have a page of their own in the org when left out. */
  objects?: readonly string[] | undefined;
  environment: Environment;
  secretsFolder?: string | undefined;
  log?: Log | undefined;
  signal: AbortSignal;
  /** Called when an object begins and as its records come. */
  onProgress?: (object: string, records: number) => void;
};

/** `asOf`: the org's time just before the records were asked for; `before`: it was in the folder already. */
export type BackedUp = { object: string; file: string; records: number; asOf: string; before: boolean };

type Mark = { organization: string; asOf: string; records: number };
type Backup = BackupOptions & { salesforce: Salesforce; target: Target; organization: string };

/** Time for taking a job out of the org. */
const cleanUpMs = 10_000;

/**
 * Object after object; one that is whole in the folder is not read again, so that a backup that was cut off goes on.
 *
 * Errors: BACKUP_THERE when all of it is there, or the folder holds another org's; OBJECT_NOT_FOUND, and those of loading.
 */
export async function* backUp(options: BackupOptions): AsyncGenerator<BackedUp> {
  const { connection, folder, environment, secretsFolder, log, signal } = options;
  await using salesforce = await openSalesforceOf(connection, { environment, secretsFolder, log });
  const { organizationId: organization } = await salesforce.accessToken({ signal });
  const objects = await chooseObjects(salesforce, options);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await using target = await openTarget({ type: 'csv', folder });
  const backup: Backup = { ...options, salesforce, target, organization };
  const marks = new Map<string, Mark | undefined>();
  for (const object of objects) marks.set(object, await readMark(backup, object));
  if ([...marks.values()].every((mark) => mark !== undefined))
    throw isThere(backup, 'all these objects are in it already');
  for (const [object, mark] of marks) {
    signal.throwIfAborted();
    const done = mark ?? (await backUpObject(backup, object));
    const { records, asOf } = done;
    yield { object, file: fileOf(object), records, asOf, before: mark !== undefined };
  }
}

const fileOf = (object: string) => `${object}.csv`;
const markName = (object: string) => `backup:${object}`;

/** By the org's own names, each once. */
async function chooseObjects(salesforce: Salesforce, { objects, signal }: BackupOptions): Promise<string[]> {
  if (objects === undefined) return await listObjects(salesforce, signal);
  const names = new Set<string>();
  for (const object of objects) names.add((await salesforce.describe(object, { signal })).name);
  return [...names];
}

type Listed = { name: string; queryable?: boolean; layoutable?: boolean };

/** Objects without a page are for the most part shares, histories and feeds, which many orgs let nobody read as a whole. */
async function listObjects(salesforce: Salesforce, signal: AbortSignal): Promise<string[]> {
  const { json } = await salesforce.request({ method: 'GET', path: '/sobjects', signal });
  const { sobjects } = (json ?? {}) as { sobjects?: readonly Listed[] };
  if (!Array.isArray(sobjects))
    throw new SluiceError('ANSWER_INVALID', { what: 'list of objects', reason: 'it has no objects' });
  return (sobjects as Listed[]).filter(({ queryable, layoutable }) => queryable && layoutable).map(({ name }) => name);
}

async function readMark(backup: Backup, object: string): Promise<Mark | undefined> {
  const text = await backup.target.readBookmark(markName(object), { signal: backup.signal });
  if (text === undefined) return undefined;
  const mark = JSON.parse(text) as Mark;
  if (mark.organization === backup.organization) return mark;
  throw isThere(backup, `it holds ${object} of the org ${mark.organization}`);
}

function isThere({ folder }: Backup, reason: string): SluiceError {
  return new SluiceError('BACKUP_THERE', { folder, reason });
}

async function backUpObject(backup: Backup, object: string): Promise<Mark> {
  const { salesforce, target, organization, signal, onProgress } = backup;
  onProgress?.(object, 0);
  const wish = { name: markName(object), object, target: { file: fileOf(object), deleted: 'ignore' } } as const;
  const plan = await planOutbound(wish, (name) => salesforce.describe(name, { signal }));
  await target.prepareTable(plan.into, { create: true, signal });
  await using load = await target.openLoad({ into: plan.into }, { signal });
  const asOf = new Date(await salesforce.serverTimeMs({ signal })).toISOString();
  let job: string | undefined;
  try {
    const records = await stageRecords({
      salesforce,
      load,
      soql: outboundSoql(plan, { extent: { kind: 'full' } }),
      fields: plan.fields,
      all: false,
      mode: 'auto',
      signal,
      onMode: async () => {},
      onIntent: async () => {},
      onJob: async (jobId) => {
        job = jobId;
      },
      onRows: (count) => onProgress?.(object, count),
    });
    const mark: Mark = { organization, asOf, records };
    await load.merge({ signal, bookmark: { name: markName(object), value: JSON.stringify(mark) } });
    return mark;
  } finally {
    if (job !== undefined) await dropQuietly(salesforce, job);
  }
}

/** A job that cannot be taken out now goes with the org's own clearing. */
async function dropQuietly(salesforce: Salesforce, jobId: string): Promise<void> {
  await dropQueryJob(salesforce, jobId, AbortSignal.timeout(cleanUpMs)).catch(() => undefined);
}
