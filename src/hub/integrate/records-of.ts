/** The records of a run as CSV in parts, as its agent is given them: read from the payloads of its messages, in their order. */
import { csvCell } from '../../base/index.ts';
import { nullMark } from '../../mapping/index.ts';
import { type HubRun, type HubStore, isInbound } from '../store/index.ts';
import type { Cells } from './incoming-record.ts';
import { cellOf, mapInterface } from './mapped-interface.ts';

/** No transaction is open between two parts. */
const messagesAtOnce = 1_000;
/** Far below what a part may be, since one record may still come to it. */
const partCharacters = 1_000_000;

type Writing = { header: readonly string[]; cellsOf(payload: Cells): string[] };

/**
 * The header stands in the first part. The same run gives the same parts, however often it is asked.
 *
 * Columns of the form `source` are those the interface reads, an empty cell is a null. Of the form `target`: the fields of any of the
 * records, `#N/A` clears a field, an empty cell leaves it as it is.
 */
export function* recordsOf(store: HubStore, run: HubRun): Iterable<string> {
  const { header, cellsOf } = run.form === 'target' ? asTarget(store, run) : asSource(store, run);
  let part = rowOf(header.map(csvCell));
  for (const { payload } of payloadsOf(store, run)) {
    part += rowOf(cellsOf(JSON.parse(payload) as Cells));
    if (part.length < partCharacters) continue;
    yield part;
    part = '';
  }
  if (part !== '') yield part;
}

function* payloadsOf({ waitingMessages }: HubStore, { id }: HubRun) {
  for (let after = 0; ; ) {
    const page = waitingMessages.payloads(id, after, messagesAtOnce);
    yield* page;
    if (page.length < messagesAtOnce) return;
    after = page.at(-1)?.id ?? after;
  }
}

/** By the version of the interface by which its keys were found. */
function asSource(store: HubStore, { id, interfaceId }: HubRun): Writing {
  const version = store.waitingMessages.versionOf(id);
  const then = version === undefined ? undefined : store.interfaces.findVersion(interfaceId, version)?.definition;
  const definition = then ?? store.interfaces.find(interfaceId)?.definition;
  const header = definition === undefined || !isInbound(definition) ? [] : mapInterface(definition, 0).columns;
  return { header, cellsOf: (payload) => header.map((column) => csvCell(cellOf(payload, column) ?? '')) };
}

function asTarget(store: HubStore, run: HubRun): Writing {
  const names = new Set<string>();
  for (const { payload } of payloadsOf(store, run))
    for (const name of Object.keys(JSON.parse(payload) as Cells)) names.add(name);
  const header = [...names];
  return { header, cellsOf: (payload) => header.map((name) => fieldOf(payload[name])) };
}

function fieldOf(text: string | null | undefined): string {
  if (text === undefined) return '';
  return text === null || text === nullMark ? nullMark : csvCell(text);
}

/** A row of one empty cell is in quotes, since an empty line may be skipped. */
function rowOf(cells: readonly string[]): string {
  return cells.length === 1 && cells[0] === '' ? '""\n' : `${cells.join(',')}\n`;
}
