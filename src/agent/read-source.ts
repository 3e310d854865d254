/** The first half of a run: source into spool, and each finished chunk on its way, up to the commit point. */
import type { Chunk } from '../ledger/index.ts';
import type { InterfaceDefinition } from '../protocol/index.ts';
import { carryChunk } from './carry-chunk.ts';
import { type CheckedRecords, createCheck, type Records } from './check-before-sending.ts';
import { chooseModeAtEnd, chooseModeWhileReading, type ModeChoice } from './choose-mode.ts';
import { maxCollectionRows } from './collections-chunk.ts';
import type { MappedRecords } from './map-rows.ts';
import { cutRecords } from './record-cutter.ts';
import { type RunContext, refOf } from './run-context.ts';
import { type ChunkLimits, spoolSource } from './spool-source.ts';
import type { Tasks } from './tasks.ts';

const defaultMaxBytes = 25_000_000;

export type Reading = {
  context: RunContext;
  blocks: AsyncIterable<Buffer>;
  definition: InterfaceDefinition;
  /** Null while it depends on how many rows there are. */
  choice: ModeChoice | null;
  tasks: Tasks;
  /** Null where records are sent as the source gives them. */
  mapRows: ((records: Records) => MappedRecords) | null;
};

/** Resolves at the commit point: the source was read to its end, every chunk is on disk, and the ledger says so. */
export async function readSource({ context, blocks, definition, choice, tasks, mapRows }: Reading): Promise<void> {
  const { ledger, run, progress, observe, spool, header } = context;
  const launcher = createLauncher(context, { choice, tasks });
  const { read } = await spoolSource<Chunk>({
    records: cutRecords(blocks),
    check: checkAfter(mapRows, createCheck({ header, keyOf: context.key.of })),
    limits: limitsOf(definition, choice),
    async openChunk() {
      const chunk = await ledger.chunkPlanned(run, { file: (number) => `${number}.csv` });
      observe('planned:recorded', refOf(chunk));
      return { chunk, file: await spool.createCsv(chunk.file, header) };
    },
    onRejected: (chunk, rejected) => ledger.rowsRejectedHere(chunk, rejected),
    async onChunk(chunk, spooled) {
      observe('spooled:answered', refOf(chunk));
      await ledger.chunkSpooled(chunk, spooled);
      observe('spooled:recorded', refOf(chunk));
      launcher.add(chunk, spooled);
    },
    async onProgress({ read: rows, rejected }) {
      tasks.signal.throwIfAborted();
      progress.set({ read: rows, rejected: Math.max(rejected, progress.current.rows.rejected) });
      await launcher.rowsSoFar(rows - rejected);
    },
  });
  await launcher.end();
  tasks.signal.throwIfAborted();
  observe('committed:answered');
  await ledger.runCommitted(run, { read });
  observe('committed:recorded');
}

type Check = (records: Records) => Promise<CheckedRecords>;

/** What is mapped row by row is looked at once more as bytes, like all that is sent. */
function checkAfter(mapRows: Reading['mapRows'], check: Check): Check {
  if (!mapRows) return check;
  return async (records) => {
    const mapped = mapRows(records);
    const checked = await check(mapped);
    return { ...checked, rejected: [...mapped.rejected, ...checked.rejected] };
  };
}

function limitsOf({ chunk }: InterfaceDefinition, choice: ModeChoice | null): ChunkLimits {
  const { maxBytes = defaultMaxBytes, maxRows = Number.POSITIVE_INFINITY } = chunk ?? {};
  return { maxBytes, maxRows: choice?.mode === 'collections' ? Math.min(maxRows, maxCollectionRows) : maxRows };
}

/** Finished chunks wait here until it is clear by which way they go. */
function createLauncher(context: RunContext, { choice, tasks }: Pick<Reading, 'choice' | 'tasks'>) {
  const { ledger, run } = context;
  const waiting: Chunk[] = [];
  const spooled = { rows: 0, bytes: 0 };
  let chosen = choice !== null;

  function launch(): void {
    for (const chunk of waiting.splice(0)) tasks.start(() => carryChunk(context, chunk));
  }

  async function choose(found: ModeChoice): Promise<void> {
    await ledger.modeChosen(run, found);
    chosen = true;
    launch();
  }

  return {
    add(chunk: Chunk, { rows, bytes }: { rows: number; bytes: number }): void {
      spooled.rows += rows;
      spooled.bytes += bytes;
      waiting.push(chunk);
      if (chosen) launch();
    },
    async rowsSoFar(rows: number): Promise<void> {
      const found = chosen ? null : chooseModeWhileReading(rows);
      if (found) await choose(found);
    },
    async end(): Promise<void> {
      if (!chosen) await choose(chooseModeAtEnd(spooled));
    },
  };
}
