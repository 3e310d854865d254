/** `sluice api`: one operation of a hub's API, or a list of what there is. */
import { openStopSignal, resolveSecret } from '../base/index.ts';
import type { ApiOperation, HubDescription } from './api-operations.ts';
import { type ApiWords, readWords, usage } from './api-words.ts';
import { defineCommand, type Invocation } from './command.ts';
import type { HubClient } from './hub-client.ts';
import { hubSettings } from './hub-settings.ts';
import type { Terminal } from './terminal.ts';

const settings = {
  list: {
    kind: 'switch',
    help: 'Print the operations: method, path, who may call it, what it does. With METHOD and PATH: its fields.',
  },
  body: {
    kind: 'text',
    placeholder: 'FILE',
    help: 'The JSON to send, in the place of NAME=VALUE; - is standard input.',
  },
  ...hubSettings,
  json: { kind: 'switch', help: 'Print the answer as it came; with --list one object a line.' },
} as const;

export const apiCommand = defineCommand({
  name: 'api',
  summary: 'Call any operation of a hub: remote sites, API clients, people, retention, audit trail.',
  description:
    'Calls the API of a hub as the person who logs in, and prints the answer. Of GET and DELETE, NAME=VALUE goes into the query as\n' +
    'it is; else it is a field of the body: a VALUE that is JSON (5, true, null, ["a"], {"a":1}) is that, and all else is text.\n' +
    'Text that looks like JSON stands in double quotes: name=\'"5"\'. NAME= is an empty text, and a.b=VALUE the field b inside a.\n' +
    'Passwords and secrets are given by reference, here and in a FILE: password=env:SLUICE_SECRET_NAME, or file:PATH in the\n' +
    'secrets folder. Those that a hub shows once stand in the answer. --list shows what can be called.',
  positionals: [
    { name: 'METHOD', help: 'GET, POST, PUT, PATCH or DELETE.', required: false },
    {
      name: 'PATH',
      help: 'As --list has it, with the number of what is meant for {id}: /remote-sites/3.',
      required: false,
    },
    { name: 'NAME=VALUE', help: 'What is sent.', required: false, many: true },
  ],
  settings,
  example: `sluice api POST /api-clients name=Shop 'scopes=["integrate"]'`,
  run: callApi,
});

type Chosen = Invocation<typeof settings>['settings'];

/** As long as the slowest operation, a ping. */
const longestCallMs = 300_000;

async function callApi({ positionals, settings: chosen, terminal }: Invocation<typeof settings>): Promise<number> {
  const words = chosen.list && positionals.length === 0 ? undefined : readWords(positionals);
  if (words !== undefined) refuseMisfit(words, chosen);
  const { openHubClient } = await import('./hub-client.ts');
  const { getOperation, operationsOf } = await import('./api-operations.ts');
  using stop = openStopSignal();
  const means = { environment: terminal.environment, signal: stop.signal, withinMs: longestCallMs };
  await using hub = await openHubClient(chosen, means);
  const operations = operationsOf(await hub.call<HubDescription>('GET', '/openapi.json'));
  if (words === undefined) await printList(operations, chosen, terminal);
  else if (chosen.list) await printFields(getOperation(operations, words), chosen, terminal);
  else await call({ hub, words, operation: getOperation(operations, words), chosen, terminal, signal: stop.signal });
  return 0;
}

const takesQuery = ({ method }: ApiWords) => method === 'GET' || method === 'DELETE';

function refuseMisfit(words: ApiWords, { body, list }: Chosen): void {
  if (list && (words.fields.length > 0 || body !== undefined))
    throw usage('--list calls nothing: leave out what is sent.');
  if (body === undefined) return;
  if (takesQuery(words)) throw usage(`${words.method} takes no body: leave out --body.`);
  if (words.fields.length > 0) throw usage('What is sent is given by --body or by NAME=VALUE, not by both.');
}

async function printList(operations: readonly ApiOperation[], { json }: Chosen, terminal: Terminal): Promise<void> {
  const { operationTable } = await import('./api-operations.ts');
  if (!json) return terminal.out(`${operationTable(operations)}\n`);
  for (const { method, path, role, summary } of operations)
    terminal.out(`${JSON.stringify({ event: 'operation', method, path, role, summary })}\n`);
}

async function printFields(operation: ApiOperation, { json }: Chosen, terminal: Terminal): Promise<void> {
  const { fieldsOf, fieldsText } = await import('./api-fields.ts');
  if (!json) return terminal.out(`${fieldsText(operation)}\n`);
  for (const field of fieldsOf(operation)) terminal.out(`${JSON.stringify({ event: 'field', ...field })}\n`);
}

type Call = {
  hub: HubClient;
  words: ApiWords;
  operation: ApiOperation;
  chosen: Chosen;
  terminal: Terminal;
  signal: AbortSignal;
};

async function call({ hub, words, operation, chosen, terminal, signal }: Call): Promise<void> {
  const { addressOf } = await import('./api-operations.ts');
  const query = new URLSearchParams(words.query);
  if (takesQuery(words)) for (const { name, text } of words.fields) query.append(name, text);
  const address = addressOf({ path: words.path, query });
  if (operation.file) return await printFile(hub.read(address), terminal);
  const body = await bodyOf({ words, operation, chosen, terminal, signal });
  const answer = await hub.text(words.method, address, body);
  if (answer === '') return chosen.json ? undefined : terminal.err('Done.\n');
  const { indented } = await import('./exact-json.ts');
  terminal.out(`${chosen.json ? answer : indented(answer)}\n`);
}

async function printFile(parts: AsyncIterable<string>, terminal: Terminal): Promise<void> {
  for await (const part of parts) {
    if (terminal.closed) break;
    terminal.out(part);
    await terminal.written?.();
  }
}

/** Nothing where the operation takes none. */
async function bodyOf({ words, operation, chosen, terminal, signal }: Omit<Call, 'hub'>): Promise<unknown> {
  const { method, path, body: shape } = operation;
  if (takesQuery(words)) return undefined;
  if (shape === undefined) {
    if (words.fields.length === 0 && chosen.body === undefined) return undefined;
    throw usage(`${method} ${path} takes no fields: leave out what is sent.`);
  }
  const { bodyOfFields, bodyOfFile, withSecrets } = await import('./api-body.ts');
  const given =
    chosen.body === undefined ? bodyOfFields(words.fields) : await bodyOfFile(chosen.body, terminal, signal);
  const sources = { environment: terminal.environment, secretsFolder: chosen.secrets };
  return await withSecrets(given, shape, (reference, setting) => resolveSecret(reference, { ...sources, setting }));
}
