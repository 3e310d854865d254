/** `sluice messages export`: all messages of a hub that a filter finds, as CSV or JSON lines. */
import { openStopSignal } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import { hubSettings } from './hub-settings.ts';
import { filterOf, filterSettings, queryOf } from './message-filter.ts';

const settings = {
  ...filterSettings,
  payload: { kind: 'switch', help: 'With their values, where they are kept.' },
  spreadsheet: { kind: 'switch', help: 'An apostrophe before cells that a spreadsheet would take for a formula.' },
  ...hubSettings,
  json: sharedSettings.json,
} as const;

export const messagesExportCommand = defineCommand({
  name: 'messages export',
  summary: 'Write all messages that a filter finds to standard output, as CSV or JSON.',
  description:
    'Writes all messages of a hub that the filters find, as CSV, or with --json one object a line, however many there are.\n' +
    'Cells are written as they are: for a spreadsheet, which takes what begins with = + - @ for a formula, add --spreadsheet.',
  positionals: [],
  settings,
  example: 'sluice messages export --status Failed --payload > failed.csv',
  run: exportMessages,
});

async function exportMessages({ settings: chosen, terminal }: Invocation<typeof settings>): Promise<number> {
  const { openHubClient } = await import('./hub-client.ts');
  const { payload, spreadsheet, json } = chosen;
  const query = queryOf(filterOf(chosen), { format: json ? 'jsonl' : 'csv', payload, spreadsheet });
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment: terminal.environment, signal: stop.signal });
  for await (const part of hub.read(`/messages/export?${query}`)) {
    if (terminal.closed) break;
    terminal.out(part);
    await terminal.written?.();
  }
  return 0;
}
