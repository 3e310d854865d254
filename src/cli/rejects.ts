/** `sluice rejects`: the rows that did not go through, with the reason as Salesforce gave it. */
import { SluiceError } from '../base/index.ts';
import { type Ledger, openLedger, type RowRecord, type Run } from '../ledger/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import { textTable } from './text-table.ts';

const settings = {
  limit: {
    kind: 'number',
    minimum: 1,
    placeholder: 'N',
    help: 'How many rows at most; without it 50 on paper, all of them with --json.',
  },
  data: sharedSettings.data,
  json: sharedSettings.json,
} as const;

const shownRows = 50;
const maxMessageLetters = 160;

export const rejectsCommand = defineCommand({
  name: 'rejects',
  summary: 'Show the rows of a run that were rejected or are unknown.',
  description:
    'Shows each row of a run that was rejected, by Salesforce or by the check before sending, or whose outcome is\n' +
    'unknown: its key, the code and the message as they came. With --json the values that were sent are there too.',
  positionals: [
    { name: 'RUN', help: 'Number of the run, as "sluice runs" shows it; the newest without it.', required: false },
  ],
  settings,
  example: 'sluice rejects 12 --json',
  run: showRejects,
});

async function showRejects({
  positionals,
  settings: { data, limit, json },
  terminal,
}: Invocation<typeof settings>): Promise<number> {
  await using ledger = openLedger(data);
  const run = findRun(ledger, positionals[0]);
  const rows = ledger.readRejects(run.id);
  if (json) {
    for (const row of take(rows, limit ?? Number.POSITIVE_INFINITY)) {
      if (terminal.closed) break;
      terminal.out(`${JSON.stringify({ ...row, run: String(row.run) })}\n`);
    }
    return 0;
  }
  const shown = [...take(rows, limit ?? shownRows)];
  terminal.out(`${describe(run, shown)}\n`);
  return 0;
}

function findRun(ledger: Ledger, word: string | undefined): Run {
  const run =
    word === undefined ? ledger.listRuns({ limit: 1 })[0] : /^\d{1,15}$/.test(word) && ledger.findRun(Number(word));
  if (run) return run;
  throw new SluiceError('RUN_MISSING', { run: word ?? 'yet', file: ledger.file });
}

function describe(run: Run, shown: readonly RowRecord[]): string {
  const { rejected, unknown } = run.rows;
  const title = `Run ${run.id} of ${run.interface}: ${rejected} rejected, ${unknown} unknown.`;
  if (shown.length === 0) return title;
  const headings = ['key', 'outcome', 'by', 'code', 'message'];
  const table = textTable(
    headings,
    shown.map((row) => [row.key, row.outcome, row.rejectedBy, row.code, shorten(row.message)]),
  );
  return [title, table, ...hints(run, shown)].join('\n\n');
}

const checkedHere = 'By sluice: checked here, before it was sent, at no cost of API calls.';

/** A key that nobody chose says nothing to a person. */
function hints({ id, rows: { rejected, unknown }, keyField }: Run, shown: readonly RowRecord[]): string[] {
  const all = `"sluice rejects ${id} --json"`;
  const more = rejected + unknown - shown.length;
  const checked = shown.some(({ rejectedBy }) => rejectedBy === 'sluice') ? [checkedHere] : [];
  if (more > 0) return [...checked, `${more} more: ${all} has them all, with their values.`];
  return keyField === null
    ? [...checked, `The keys are made from the rows, since the interface names no key; ${all} has their values.`]
    : checked;
}

function shorten(message: string | null): string {
  const text = message ?? '';
  return text.length > maxMessageLetters ? `${text.slice(0, maxMessageLetters - 1)}…` : text;
}

function* take<T>(items: Iterable<T>, most: number): Generator<T, void, undefined> {
  let count = 0;
  for (const item of items) {
    if (++count > most) return;
    yield item;
  }
}
