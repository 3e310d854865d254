/** `sluice messages show`: one message with its history and its values. */
import { openStopSignal } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import { hubSettings } from './hub-settings.ts';
import { idsOf } from './message-filter.ts';
import { textTable } from './text-table.ts';
import { timeText } from './time-text.ts';

const settings = { ...hubSettings, json: sharedSettings.json } as const;

type Linked = { id: number; status: string; interface: string };

export type WholeMessage = {
  id: number;
  interface: string;
  interfaceVersion: number | null;
  key: string | null;
  status: string;
  outcome: string | null;
  salesforceId: string | null;
  salesforceUrl: string | null;
  run: string | null;
  attempt: number;
  nextTryAt: number | null;
  supersededBy: number | null;
  payload: Record<string, string | null> | null;
  whyNoPayload: string | null;
  history: { at: number; status: string; by: string; comment: string; attempt: number }[];
  parent: Linked | null;
  children: Linked[];
  original: Linked | null;
  copies: Linked[];
};

export const messagesShowCommand = defineCommand({
  name: 'messages show',
  summary: 'Show one message: its history, its values, and what it belongs to.',
  description:
    'Shows a message of a hub with all that happened to it, the values it has, and the messages it belongs to.',
  positionals: [{ name: 'MESSAGE', help: 'Its number, as "sluice messages" shows it.', required: true }],
  settings,
  example: 'sluice messages show 4711',
  run: showMessage,
});

async function showMessage({ positionals, settings: chosen, terminal }: Invocation<typeof settings>): Promise<number> {
  const { openHubClient } = await import('./hub-client.ts');
  const [id] = idsOf(positionals, 'messages show');
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment: terminal.environment, signal: stop.signal });
  const message = await hub.call<WholeMessage>('GET', `/messages/${id}`);
  terminal.out(chosen.json ? `${JSON.stringify({ event: 'message', ...message })}\n` : `${textOf(message)}\n`);
  return 0;
}

function textOf(message: WholeMessage): string {
  const { id, interface: name, interfaceVersion, key, payload, whyNoPayload, history } = message;
  const version = interfaceVersion === null ? '' : ` (version ${interfaceVersion})`;
  const title = `Message ${id} of ${name}${version}, key ${key ?? 'not known'}`;
  const steps = history.map(({ at, attempt, status, by, comment }) => [
    timeText(at),
    String(attempt),
    status,
    by,
    comment,
  ]);
  const values = Object.entries(payload ?? {}).map(([field, value]) => [field, value ?? '(null)']);
  return [
    title,
    factsOf(message).join('\n'),
    textTable(['when', 'try', 'status', 'by', 'comment'], steps),
    values.length > 0 ? textTable(['field', 'value'], values) : (whyNoPayload ?? ''),
  ].join('\n\n');
}

function factsOf(message: WholeMessage): string[] {
  const { status, outcome, run, nextTryAt, supersededBy, salesforceId, salesforceUrl } = message;
  const facts: [string, string | null][] = [
    ['Status', outcome === null ? status : `${status}, ${outcome}`],
    ['Next try', nextTryAt === null ? null : `not before ${timeText(nextTryAt)}`],
    ['Record', salesforceUrl ?? salesforceId],
    ['Run', run],
    ['Closed by', supersededBy === null ? null : `message ${supersededBy}`],
    ['Nested in', namesOf(message.parent === null ? [] : [message.parent])],
    ['Holds', namesOf(message.children)],
    ['Copy of', namesOf(message.original === null ? [] : [message.original])],
    ['Edited as', namesOf(message.copies)],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(10)} ${value}`]));
}

function namesOf(messages: readonly Linked[]): string | null {
  if (messages.length === 0) return null;
  return messages.map(({ id, interface: name, status }) => `message ${id} of ${name} (${status})`).join(', ');
}
