/** `sluice messages`: messages of a hub that a filter finds, and with --follow those that come. */
import { openStopSignal, systemClock } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import type { HubClient } from './hub-client.ts';
import { hubSettings } from './hub-settings.ts';
import { filterOf, filterSettings, type MessageFilter, queryOf } from './message-filter.ts';
import { textTable } from './text-table.ts';
import { timeText } from './time-text.ts';

const settings = {
  ...filterSettings,
  limit: {
    kind: 'number',
    default: 20,
    minimum: 1,
    maximum: 100_000,
    placeholder: 'N',
    help: 'How many, newest first.',
  },
  follow: { kind: 'switch', help: 'Go on with those that come, until Ctrl-C.' },
  ...hubSettings,
  json: sharedSettings.json,
} as const;

/** The part of a message that is shown in a list. */
type Listed = {
  id: number;
  interface: string;
  key: string | null;
  status: string;
  outcome: string | null;
  rejectedBy: string | null;
  code: string | null;
  reason: string | null;
  salesforceId: string | null;
  attempt: number;
  arrivedAt: number;
};

type Page = { rows: Listed[]; next: string | null; stoppedEarly: boolean };

export const messagesCommand = defineCommand({
  name: 'messages',
  summary: 'List messages of a hub: each row of each run, and what became of it.',
  description:
    'Lists the messages of a hub that the filters find, the newest first: status, outcome, key, Salesforce id, and the\n' +
    'reason as Salesforce gave it. "sluice messages show" has the history and the values of one.',
  positionals: [],
  settings,
  example: 'sluice messages --status Failed --interface cities',
  run: listMessages,
});

async function listMessages({ settings: chosen, terminal }: Invocation<typeof settings>): Promise<number> {
  const { openHubClient } = await import('./hub-client.ts');
  const filter = filterOf(chosen);
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment: terminal.environment, signal: stop.signal });
  const say = (rows: readonly Listed[], headed: boolean) =>
    terminal.out(chosen.json ? jsonOf(rows) : tableOf(rows, headed));
  const { rows, next } = await readUpTo(hub, filter, chosen.limit);
  const shown = chosen.follow ? [...rows].reverse() : rows;
  if (shown.length > 0 || chosen.follow) say(shown, true);
  else if (!chosen.json) terminal.out('No message is found.\n');
  if (next !== null && !chosen.json && !chosen.follow)
    terminal.err('There may be more: raise --limit, or say more of what is meant.\n');
  if (chosen.follow)
    await follow(hub, filter, { last: rows[0]?.id ?? 0, signal: stop.signal, say: (rows) => say(rows, false) });
  return 0;
}

const largestPage = 200;

async function readUpTo(hub: HubClient, filter: MessageFilter, limit: number) {
  const rows: Listed[] = [];
  let next: string | null = null;
  do {
    const page: Page = await readPage(hub, filter, {
      pageSize: Math.min(largestPage, limit - rows.length),
      cursor: next,
    });
    rows.push(...page.rows);
    next = page.next;
  } while (next !== null && rows.length < limit);
  return { rows, next };
}

function readPage(
  hub: HubClient,
  filter: MessageFilter,
  { pageSize, cursor }: { pageSize: number; cursor: string | null },
) {
  return hub.call<Page>('GET', `/messages?${queryOf(filter, { pageSize, ...(cursor === null ? {} : { cursor }) })}`);
}

const followEveryMs = 2_000;

type Following = { last: number; signal: AbortSignal; say(rows: readonly Listed[]): void };

/** Until it is told to stop. */
async function follow(hub: HubClient, filter: MessageFilter, { last, signal, say }: Following): Promise<void> {
  let newest = last;
  while (!signal.aborted) {
    await systemClock.sleep(followEveryMs, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const rows = await readNewer(hub, filter, newest);
    if (rows.length > 0) say(rows);
    newest = Math.max(newest, ...rows.map(({ id }) => id));
  }
}

/** The oldest first. */
async function readNewer(hub: HubClient, filter: MessageFilter, newest: number): Promise<Listed[]> {
  const rows: Listed[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page = await readPage(hub, filter, { pageSize: largestPage, cursor });
    const newer = page.rows.filter(({ id }) => id > newest);
    rows.push(...newer);
    if (page.next === null || newer.length < page.rows.length || page.rows.length === 0) return rows.reverse();
    cursor = page.next;
  }
}

function jsonOf(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify({ event: 'message', ...row })}\n`).join('');
}

const headings = ['message', 'arrived', 'interface', 'key', 'status', 'outcome', 'Salesforce id', 'try', 'comment'];
const longestComment = 100;

function tableOf(rows: readonly Listed[], headed: boolean): string {
  const table = textTable(headings, rows.map(cellsOf));
  return `${headed ? table : table.slice(table.indexOf('\n') + 1)}\n`;
}

function cellsOf({
  id,
  arrivedAt,
  interface: name,
  key,
  status,
  outcome,
  rejectedBy,
  salesforceId,
  attempt,
  ...rest
}: Listed) {
  const by = rejectedBy === null ? '' : rejectedBy === 'sluice' ? ', checked here' : ' by Salesforce';
  const comment = [rest.code, rest.reason].filter((part) => part !== null).join(': ');
  const short = comment.length > longestComment ? `${comment.slice(0, longestComment - 1)}…` : comment;
  return [
    String(id),
    timeText(arrivedAt),
    name,
    key,
    status,
    `${outcome ?? ''}${by}`,
    salesforceId,
    String(attempt),
    short,
  ];
}
