/** `sluice token`: an access token for use in curl. */
import { openStopSignal } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';

const settings = { secrets: sharedSettings.secrets, json: sharedSettings.json } as const;

export const tokenCommand = defineCommand({
  name: 'token',
  summary: 'Print an access token for use in curl.',
  description:
    'Signs in to the org of a connection as the mover does and prints the access token, nothing else. With --json also\n' +
    'the address to use it at and the user it acts for.',
  positionals: [{ name: 'CONNECTION', help: 'A connection file (YAML).', required: true }],
  settings,
  example: 'curl -H "Authorization: Bearer $(sluice token demo.connection.yaml)" https://…/services/data',
  run: printToken,
});

async function printToken({
  positionals: [file = ''],
  settings: chosen,
  terminal,
}: Invocation<typeof settings>): Promise<number> {
  const { openSalesforceOf, readConnectionFile } = await import('../agent/index.ts');
  using stop = openStopSignal();
  const { environment } = terminal;
  const connection = readConnectionFile(file, environment);
  await using salesforce = await openSalesforceOf(connection, { environment, secretsFolder: chosen.secrets });
  const { accessToken, instanceUrl, id, userId } = await salesforce.accessToken({ signal: stop.signal });
  terminal.out(
    chosen.json ? `${JSON.stringify({ event: 'token', accessToken, instanceUrl, id, userId })}\n` : `${accessToken}\n`,
  );
  return 0;
}
