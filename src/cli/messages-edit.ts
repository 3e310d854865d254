/** `sluice messages edit` and `sluice messages resolve`: one message mended by a person. */
import { openStopSignal, SluiceError } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import { hubSettings } from './hub-settings.ts';
import { idsOf } from './message-filter.ts';
import type { WholeMessage } from './messages-show.ts';

const editSettings = { ...hubSettings, json: sharedSettings.json } as const;

const resolveSettings = {
  'salesforce-id': { kind: 'text', placeholder: 'ID', help: 'It is in the org, as this record.' },
  'not-there': { kind: 'switch', help: 'It is not in the org; it may be reprocessed then.' },
  comment: { kind: 'text', placeholder: 'TEXT', help: 'What was looked at; it stays in the history.' },
  ...hubSettings,
  json: sharedSettings.json,
} as const;

const message = { name: 'MESSAGE', help: 'Its number.', required: true } as const;

export const messagesEditCommand = defineCommand({
  name: 'messages edit',
  summary: 'Send a failed message again with other values.',
  description:
    'A copy of the message with the values that are given goes in its place, all others being those of the original. The\n' +
    'original is kept, and linked. FIELD= empties a field.',
  positionals: [message, { name: 'FIELD=VALUE', help: 'What is to be another value.', required: true, many: true }],
  settings: editSettings,
  example: "sluice messages edit 4711 'Name=Saint-Denis'",
  run: editMessage,
});

export const messagesResolveCommand = defineCommand({
  name: 'messages resolve',
  summary: 'Say what became of a message of unknown outcome.',
  description:
    'For whoever has looked into the org: the record is there, and the message is Completed; or it is not, and the message\n' +
    'has failed and may be reprocessed. It stands in the history and in the audit trail who said so.',
  positionals: [message],
  settings: resolveSettings,
  example: 'sluice messages resolve 4711 --salesforce-id 0015g00000Dx4AbAAJ',
  run: resolveMessage,
});

async function editMessage({
  positionals,
  settings: chosen,
  terminal,
}: Invocation<typeof editSettings>): Promise<number> {
  const { openHubClient } = await import('./hub-client.ts');
  const [id] = idsOf(positionals.slice(0, 1), 'messages edit');
  const changes = Object.fromEntries(positionals.slice(1).map(readChange));
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment: terminal.environment, signal: stop.signal });
  const { payload, attempt } = await hub.call<WholeMessage>('GET', `/messages/${id}`);
  const copy = await hub.call<WholeMessage>('POST', `/messages/${id}/edit`, {
    payload: { ...payload, ...changes },
    attempt,
  });
  if (chosen.json) terminal.out(`${JSON.stringify({ event: 'message', ...copy })}\n`);
  else terminal.out(`Message ${copy.id} goes in the place of message ${id}; it is ${copy.status}.\n`);
  return 0;
}

function readChange(word: string): [string, string] {
  const mark = word.indexOf('=');
  if (mark > 0) return [word.slice(0, mark), word.slice(mark + 1)];
  throw new SluiceError('USAGE', { reason: `"${word}" is not of the form FIELD=VALUE.`, command: 'messages edit' });
}

async function resolveMessage({ positionals, settings: chosen, terminal }: Invocation<typeof resolveSettings>) {
  const { openHubClient } = await import('./hub-client.ts');
  const [id] = idsOf(positionals, 'messages resolve');
  const { 'salesforce-id': salesforceId, 'not-there': notThere, comment } = chosen;
  if ((salesforceId === undefined) !== notThere)
    throw new SluiceError('USAGE', {
      reason: 'Give one of --salesforce-id and --not-there.',
      command: 'messages resolve',
    });
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment: terminal.environment, signal: stop.signal });
  const body = {
    isThere: !notThere,
    ...(notThere ? {} : { salesforceId }),
    ...(comment === undefined ? {} : { comment }),
  };
  const resolved = await hub.call<WholeMessage>('POST', `/messages/${id}/resolve`, body);
  if (chosen.json) terminal.out(`${JSON.stringify({ event: 'message', ...resolved })}\n`);
  else terminal.out(`Message ${id} is ${resolved.status}${notThere ? '; it may be reprocessed' : ''}.\n`);
  return 0;
}
