/** `sluice versions`: the versions of an interface of a hub, listed, compared, restored. */
import { openStopSignal, type Settings, SluiceError } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import type { Difference } from './difference-text.ts';
import type { HubClient } from './hub-client.ts';
import type { HubInterface } from './hub-definitions.ts';
import { hubSettings } from './hub-settings.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';
import { timeText } from './time-text.ts';

const settings = {
  compare: {
    kind: 'text',
    placeholder: 'A,B',
    help: 'Show what differs between two versions, field by field; A alone is compared with the newest.',
  },
  restore: {
    kind: 'number',
    minimum: 1,
    placeholder: 'N',
    help: 'Save version N as the newest; integration and sequence stay as they are.',
  },
  'if-newest': {
    kind: 'number',
    minimum: 1,
    placeholder: 'N',
    help: 'With --restore: only while version N is still the newest.',
  },
  ...hubSettings,
  json: sharedSettings.json,
} as const;

type Listed = { version: number; savedAt: number; savedBy: string; restored: number | null };

export const versionsCommand = defineCommand({
  name: 'versions',
  summary: 'List, compare and restore the versions of an interface of a hub.',
  description:
    'Every save of an interface is a version. Without --compare or --restore it lists them, the newest first: when each was\n' +
    'saved (UTC), by whom, and which earlier one it took up again. A restored version is a new one, so that none is lost.',
  positionals: [{ name: 'INTERFACE', help: 'INTEGRATION/INTERFACE, or the name alone.', required: true }],
  settings,
  example: 'sluice versions Retail/shops --compare 2,5',
  run: showVersions,
});

type Chosen = Settings<typeof settings>;
type Looking = { hub: HubClient; chosen: Chosen; terminal: Terminal };

async function showVersions({
  positionals: [name = ''],
  settings: chosen,
  terminal,
}: Invocation<typeof settings>): Promise<number> {
  checkChosen(chosen);
  const compared = chosen.compare === undefined ? undefined : readCompared(chosen.compare);
  const { openHubClient } = await import('./hub-client.ts');
  const { getInterfaceOfHub } = await import('./hub-names.ts');
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment: terminal.environment, signal: stop.signal });
  const found = await getInterfaceOfHub(hub, name);
  const looking = { hub, chosen, terminal };
  if (compared !== undefined) await compare(found, compared, looking);
  else if (chosen.restore !== undefined) await restore(found, looking);
  else await list(found, looking);
  return 0;
}

function checkChosen({ compare, restore, 'if-newest': newest }: Chosen): void {
  if (compare !== undefined && restore !== undefined) throw usage('--compare and --restore are two things to do.');
  if (newest !== undefined && restore === undefined) throw usage('--if-newest goes with --restore.');
  for (const number of [restore, newest])
    if (number !== undefined && !Number.isInteger(number)) throw usage(`${number} is no number of a version.`);
}

function readCompared(text: string): [number, number | undefined] {
  const [, first, second] = /^([1-9]\d{0,8})(?:,([1-9]\d{0,8}))?$/.exec(text) ?? [];
  if (first === undefined) throw usage(`"${text}" is not of the form A,B, as in --compare 2,5.`);
  return [Number(first), second === undefined ? undefined : Number(second)];
}

const usage = (reason: string) => new SluiceError('USAGE', { reason, command: 'versions' });

async function list({ id, definition }: HubInterface, { hub, chosen, terminal }: Looking): Promise<void> {
  const { readAllPages } = await import('./hub-pages.ts');
  const rows = await readAllPages<Listed>(hub, `/interfaces/${id}/versions`, { sort: '-version' });
  const { integration, name } = definition;
  if (!chosen.json) terminal.out(`${textTable(headings, rows.map(cellsOf))}\n`);
  else
    for (const row of rows)
      terminal.out(`${JSON.stringify({ event: 'version', integration, interface: name, ...row })}\n`);
}

const headings = ['version', 'saved', 'by', 'restored from'];

function cellsOf({ version, savedAt, savedBy, restored }: Listed): string[] {
  return [String(version), timeText(savedAt), savedBy, restored === null ? '' : String(restored)];
}

async function compare(
  found: HubInterface,
  [from, to = found.version]: [number, number | undefined],
  { hub, chosen, terminal }: Looking,
): Promise<void> {
  const { checkVersion } = await import('./restore-version.ts');
  for (const number of [from, to]) checkVersion(found, number);
  const path = `/interfaces/${found.id}/difference?from=${from}&to=${to}`;
  const { differences } = await hub.call<{ differences: Difference[] }>('GET', path);
  const { integration, name } = found.definition;
  if (chosen.json)
    terminal.out(`${JSON.stringify({ event: 'difference', integration, interface: name, from, to, differences })}\n`);
  else if (differences.length === 0) terminal.out(`Version ${from} and version ${to} do not differ.\n`);
  else {
    const { differenceText } = await import('./difference-text.ts');
    terminal.out(await differenceText(differences, { from: `version ${from}`, to: `version ${to}` }));
  }
}

async function restore(found: HubInterface, { hub, chosen, terminal }: Looking): Promise<void> {
  const { restoreVersion } = await import('./restore-version.ts');
  const { restore: wanted = found.version, 'if-newest': newest = found.version } = chosen;
  const saved = await restoreVersion(hub, found, { wanted, newest });
  const { integration, name, status } = saved.definition;
  const { version } = saved;
  const isNew = version !== found.version;
  const said = {
    event: isNew ? 'restored' : 'unchanged',
    integration,
    interface: name,
    restored: wanted,
    version,
    status,
  };
  if (chosen.json) terminal.out(`${JSON.stringify(said)}\n`);
  else if (isNew)
    terminal.out(
      `Version ${wanted} of ${integration}/${name} is restored: it is version ${version} now, and ${status}.\n`,
    );
  else
    terminal.out(
      `Version ${wanted} of ${integration}/${name} is the newest already, and ${status}; nothing was changed.\n`,
    );
}
