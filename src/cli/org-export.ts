/** `sluice org export`: writes what is set up in an org as a setup file, or as a Salesforce DX project. */
import { resolve } from 'node:path';
import { SluiceError } from '../base/index.ts';
import { defineCommand, type Invocation } from './command.ts';

const settings = {
  data: {
    kind: 'text',
    default: '.sluice/org',
    environment: 'SLUICE_ORG_DATA',
    placeholder: 'DIR',
    help: 'Folder that keeps the org.',
  },
  metadata: {
    kind: 'text',
    placeholder: 'DIR',
    help: 'Write Metadata API files in source format into this Salesforce DX project instead; made when it is not there.',
  },
  force: {
    kind: 'switch',
    help: 'With --metadata: write over files that no export wrote, or that were changed since.',
  },
} as const;

export const orgExportCommand = defineCommand({
  name: 'org export',
  summary: 'Print what is set up in an org in a box, as a setup file, or write it as metadata.',
  description:
    'Prints the present setup of an org: users, profiles, permission sets, apps, objects, faults, as the file that\n' +
    '"sluice org start --setup" reads. There are no secrets in it: a secret that was generated is generated anew, one\n' +
    'that came from elsewhere is named by where it came from. The org may be running.\n' +
    'With --metadata it writes objects, profiles, permission sets and apps as a Salesforce DX project that can be\n' +
    'deployed to a Salesforce org, and says what such files cannot carry.',
  positionals: [],
  settings,
  example: 'sluice org export --data .sluice/org > org.yaml',
  run: exportSetup,
});

type Chosen = Invocation<typeof settings>;

async function exportSetup({ settings: { data, metadata, force }, terminal }: Chosen): Promise<number> {
  const dataFolder = resolve(terminal.workingFolder, data);
  if (metadata !== undefined) return await writeMetadata(dataFolder, { metadata, force, terminal });
  if (force) throw new SluiceError('USAGE', { reason: '--force goes with --metadata.', command: 'org export' });
  const { exportSetupOf } = await import('../org/index.ts');
  terminal.out(exportSetupOf(dataFolder));
  return 0;
}

type Target = Pick<Chosen, 'terminal'> & { metadata: string; force: boolean };

async function writeMetadata(dataFolder: string, { metadata, force, terminal }: Target): Promise<number> {
  const { exportMetadataOf } = await import('../org/index.ts');
  const folder = resolve(terminal.workingFolder, metadata);
  const { files, changed, removed, remarks } = await exportMetadataOf(dataFolder, { folder, force });
  for (const remark of remarks) terminal.err(`${remark}\n`);
  terminal.out(`${metadata} holds ${files} files of the org: ${changed} written, ${removed} removed.\n`);
  return 0;
}
