/** `sluice apply`: makes a hub say what a folder of YAML files says, after showing what that changes. */
import { resolve } from 'node:path';
import { openStopSignal } from '../base/index.ts';
import { type ApplyPlan, deletionOf, type PlanStep, planApply } from './apply-plan.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import { hubSettings } from './hub-settings.ts';

const settings = {
  ...hubSettings,
  'dry-run': { kind: 'switch', help: 'Show what would change, and change nothing.' },
  'without-ping': {
    kind: 'switch',
    help: 'Save connections without ping, as unverified; their secrets may be entered later.',
  },
  'enter-secrets': { kind: 'switch', help: 'Enter the secrets of all connections of the folder anew.' },
  prune: { kind: 'switch', help: 'Delete what is in the hub and in no file of the folder.' },
  json: sharedSettings.json,
} as const;

export const applyCommand = defineCommand({
  name: 'apply',
  summary: 'Make a hub say what a folder of connection, integration and interface files says.',
  description:
    'Reads all YAML files of a folder: each interface file belongs to the integration it names, or to that of the file\n' +
    '_integration.yaml beside it. Shows what differs from the hub, then creates and changes it; each change is a new\n' +
    'version. Where a file leaves out status or sequence the hub keeps its own. Nothing is deleted without --prune.\n' +
    'A connection file (NAME.connection.yaml) that says how the hub reaches its agent becomes a connection of the hub, saved\n' +
    'once both pings are good; its secrets are references of this machine, fetched only where the hub has none for that\n' +
    'address. One that names no agent is only named.',
  positionals: [{ name: 'DIR', help: 'A folder as "sluice export" writes it.', required: true }],
  settings,
  example: 'sluice apply interfaces --dry-run --hub https://hub.example:8088',
  run: applyDefinitions,
});

async function applyDefinitions({
  positionals: [folder = ''],
  settings: chosen,
  terminal,
}: Invocation<typeof settings>): Promise<number> {
  const { readDefinitionFiles } = await import('./apply-files.ts');
  const { openHubClient } = await import('./hub-client.ts');
  const { readHubDefinitions } = await import('./hub-definitions.ts');
  const { carryOut } = await import('./apply-steps.ts');
  const { refuseUnknownNames } = await import('./apply-names.ts');
  const { environment } = terminal;
  const files = await readDefinitionFiles(resolve(terminal.workingFolder, folder), environment);
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment, signal: stop.signal, withinMs: longestSaveMs });
  const present = await readHubDefinitions(hub);
  refuseUnknownNames(files, present);
  const plan = planApply(files, present);
  const deletions = deletionsOf(plan);
  const steps = [...stepsOf(plan), ...(chosen.prune ? deletions : [])];
  const kept = chosen.prune ? [] : deletions;
  const say = (text: string) => terminal.out(text);
  if (chosen.json) for (const step of steps) say(`${JSON.stringify({ event: 'step', ...step })}\n`);
  else say(planText(steps, kept));
  const { prune, secrets: secretsFolder, 'without-ping': withoutPing, 'enter-secrets': enterSecrets } = chosen;
  const carrying = { prune, withoutPing, enterSecrets, environment, secretsFolder };
  if (!chosen['dry-run']) await carryOut(hub, plan, carrying);
  const done = { event: 'finished', dryRun: chosen['dry-run'], ...countsOf(steps), kept: kept.length };
  say(chosen.json ? `${JSON.stringify(done)}\n` : endText(done));
  return 0;
}

/** A connection is pinged before it is saved: some twenty steps, each with a time of its own. */
const longestSaveMs = 300_000;

function stepsOf({ connections, integrations, interfaces }: ApplyPlan): PlanStep[] {
  return [...connections, ...integrations, ...interfaces].flatMap(({ step }) => step ?? []);
}

function deletionsOf({ surplus }: ApplyPlan): PlanStep[] {
  return [
    ...surplus.interfaces.map(({ definition }) => deletionOf('interface', definition.name)),
    ...surplus.integrations.map(({ name }) => deletionOf('integration', name)),
    ...surplus.connections.map(({ name }) => deletionOf('connection', name)),
  ];
}

const marks = { create: '+', change: '~', delete: '-' } as const;

function planText(steps: readonly PlanStep[], kept: readonly PlanStep[]): string {
  const lines = steps.map(
    ({ action, kind, name, fields }) =>
      `${marks[action]} ${kind} ${name}${fields.length === 0 ? '' : `: ${fields.join(', ')}`}`,
  );
  const names = kept.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  const staying = kept.length === 0 ? [] : [`In the hub alone, and left there without --prune: ${names}.`];
  return [...lines, ...staying].map((line) => `${line}\n`).join('');
}

type Counts = { created: number; changed: number; deleted: number };

function countsOf(steps: readonly PlanStep[]): Counts {
  const count = (action: PlanStep['action']) => steps.filter((step) => step.action === action).length;
  return { created: count('create'), changed: count('change'), deleted: count('delete') };
}

function endText({ dryRun, created, changed, deleted }: Counts & { dryRun: boolean }): string {
  if (created + changed + deleted === 0) return 'The hub says what the files say.\n';
  const counts = `${created} created, ${changed} changed, ${deleted} deleted`;
  return dryRun ? `Nothing was done; it would be: ${counts}.\n` : `${counts}.\n`;
}
