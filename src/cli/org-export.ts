/** `sluice org export`: writes what is set up in an org as a setup file. */
import { resolve } from 'node:path';
import { defineCommand, type Invocation } from './command.ts';

const settings = {
  data: {
    kind: 'text',
    default: '.sluice/org',
    environment: 'SLUICE_ORG_DATA',
    placeholder: 'DIR',
    help: 'Folder that keeps the org.',
  },
} as const;

export const orgExportCommand = defineCommand({
  name: 'org export',
  summary: 'Print what is set up in an org in a box, as a setup file.',
  description:
    'Prints the present setup of an org: users, profiles, permission sets, apps, objects, faults, as the file that\n' +
    '"sluice org start --setup" reads. There are no secrets in it: a secret that was generated is generated anew, one\n' +
    'that came from elsewhere is named by where it came from. The org may be running.',
  positionals: [],
  settings,
  example: 'sluice org export --data .sluice/org > org.yaml',
  run: printSetup,
});

async function printSetup({ settings: { data }, terminal }: Invocation<typeof settings>): Promise<number> {
  const { exportSetupOf } = await import('../org/index.ts');
  terminal.out(exportSetupOf(resolve(terminal.workingFolder, data)));
  return 0;
}
