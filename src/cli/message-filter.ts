/** What messages of a hub are found by on the command line: the settings, and the filter they make. */
import type { Settings, SettingsTable } from '../base/index.ts';
import { SluiceError } from '../base/index.ts';

export const filterSettings = {
  status: {
    kind: 'text',
    choices: ['New', 'Pending', 'Processing', 'Completed', 'Failed', 'Cancelled'],
    placeholder: 'STATUS',
    help: 'Only messages of this status.',
  },
  outcome: {
    kind: 'text',
    choices: ['succeeded', 'rejected', 'unknown'],
    placeholder: 'OUTCOME',
    help: 'Only those of this outcome.',
  },
  'rejected-by': {
    kind: 'text',
    choices: ['sluice', 'salesforce'],
    placeholder: 'WHO',
    help: 'Only those that were checked here and refused (sluice), or refused by Salesforce.',
  },
  interface: { kind: 'text', placeholder: 'NAME', help: 'Only those of this interface.' },
  integration: { kind: 'text', placeholder: 'NAME', help: 'Only those of this integration.' },
  run: { kind: 'text', placeholder: 'RUN', help: 'Only those whose run it is, or was last, by its id.' },
  key: { kind: 'text', placeholder: 'KEY', help: 'Only those with this business key.' },
  'key-prefix': {
    kind: 'text',
    placeholder: 'TEXT',
    help: 'Only those whose key begins so, in the order of their keys.',
  },
  'salesforce-id': { kind: 'text', placeholder: 'ID', help: 'Only those of this record, by 15 or 18 characters.' },
  text: { kind: 'text', placeholder: 'TEXT', help: 'Only those with this text in their code or reason.' },
  since: { kind: 'text', placeholder: 'TIME', help: 'Arrived since then: 2026-11-22, or 2026-11-22T08:00Z.' },
  before: { kind: 'text', placeholder: 'TIME', help: 'Arrived before then.' },
} as const satisfies SettingsTable;

export type MessageFilter = Readonly<Record<string, string | number>>;

/** Errors: SETTING_INVALID for a time that is none. */
export function filterOf(chosen: Settings<typeof filterSettings>): MessageFilter {
  const { status, outcome, interface: name, integration, run, key, text } = chosen;
  const given = {
    status,
    outcome,
    rejectedBy: chosen['rejected-by'],
    interface: name,
    integration,
    run,
    key,
    keyPrefix: chosen['key-prefix'],
    salesforceId: chosen['salesforce-id'],
    text,
    from: timeOf('--since', chosen.since),
    before: timeOf('--before', chosen.before),
  };
  const entries = Object.entries(given).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

export function queryOf(filter: MessageFilter, more: Readonly<Record<string, string | number | boolean>> = {}): string {
  const entries = Object.entries({ ...filter, ...more }).map(
    ([name, value]) => [name, String(value)] as [string, string],
  );
  return new URLSearchParams(entries).toString();
}

function timeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time) && time >= 0) return time;
  const expected = 'a time such as 2026-11-22 or 2026-11-22T08:00Z';
  throw new SluiceError('SETTING_INVALID', { name, where: 'the command line', value: text, expected });
}

/** Errors: USAGE for what is no number of a message. */
export function idsOf(words: readonly string[], command: string): number[] {
  return words.map((word) => {
    if (/^[1-9]\d{0,14}$/.test(word)) return Number(word);
    throw new SluiceError('USAGE', { reason: `"${word}" is no number of a message.`, command });
  });
}
