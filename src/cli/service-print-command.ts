/** `sluice service print`: the words and settings of what writes a systemd unit; the unit itself is in systemd-unit.ts. */
import { SluiceError } from '../base/index.ts';
import { defineCommand, type Invocation } from './command.ts';

const kinds = ['up', 'hub', 'agent'] as const;

const settings = {
  name: {
    kind: 'text',
    default: 'sluice',
    placeholder: 'NAME',
    help: 'Of the unit, its folder below /var/lib, and its settings file in /etc/sluice.',
  },
  user: {
    kind: 'text',
    placeholder: 'NAME',
    help: 'A user that is there already; else systemd makes one for the service.',
  },
} as const;

export const servicePrintCommand = defineCommand({
  name: 'service print',
  summary: 'Print a systemd unit that runs hub, agent or both as a service.',
  description:
    'Prints a unit for systemd, with as few rights as it can do with, and the next steps as comments at its top. It names the\n' +
    'node and the program that print it. Nothing is written or started.',
  positionals: [{ name: 'KIND', help: 'up (hub and agent in one), hub, or agent.', required: true }],
  settings,
  example: 'sluice service print up | sudo tee /etc/systemd/system/sluice.service',
  run: print,
});

async function print({ positionals: [given = ''], settings: chosen, terminal }: Invocation<typeof settings>) {
  const kind = kinds.find((one) => one === given);
  if (kind === undefined) throw usage(`"${given}" is no kind of service: it is one of ${kinds.join(', ')}`);
  for (const name of [chosen.name, chosen.user ?? 'sluice'])
    if (!/^[a-z_][a-z0-9_-]{0,30}$/.test(name)) throw usage(`"${name}" is no name of small letters, digits, - and _`);
  const { systemdUnit } = await import('./systemd-unit.ts');
  terminal.out(systemdUnit({ kind, ...chosen }));
  return 0;
}

function usage(reason: string): SluiceError {
  return new SluiceError('USAGE', { reason: `${reason}.`, command: 'service print' });
}
