/** The pages of docs/reference, made from the program itself: commands, errors and the schemas of the files people write. */
import { join } from 'node:path';
import { type ErrorEntry, errorTable } from '../src/base/index.ts';
import { commands } from '../src/cli/commands.ts';
import { commandHelp, programHelp } from '../src/cli/help.ts';
import { hubApiDescription } from '../src/hub/index.ts';
import { listTokenErrors } from '../src/oauth/index.ts';
import { setupApiDescription, setupFileSchema } from '../src/org/index.ts';
import { connectionSchema, integrationSchema, interfaceSchema, outboundSchema } from '../src/protocol/index.ts';
import { formulaPage } from './formula-page.ts';

export const referenceFolder = join(import.meta.dirname, '..', 'docs', 'reference');

/** File name to text. `npm run docs` writes them; a test holds what is committed against them. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ['cli.md', commandPage()],
    ['errors.md', errorPage()],
    ['formulas.md', formulaPage(generated)],
    ['token-endpoint-errors.md', tokenErrorPage()],
    ['org.schema.json', schemaPage(setupFileSchema)],
    ['setup-api.openapi.json', `${JSON.stringify(setupApiDescription(), null, 2)}\n`],
    ['hub-api.openapi.json', `${JSON.stringify(hubApiDescription(), null, 2)}\n`],
    ['integration.schema.json', schemaPage(integrationSchema)],
    ['interface.schema.json', schemaPage(interfaceSchema)],
    ['outbound-interface.schema.json', schemaPage(outboundSchema)],
    ['connection.schema.json', schemaPage(connectionSchema)],
  ]);
}

const generated = 'This page is made by `npm run docs` from the program itself; do not edit it here.';

function schemaPage(schema: object): string {
  return `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema }, null, 2)}\n`;
}

function commandPage(): string {
  const sections = commands.map((command) => `## sluice ${command.name}\n\n${fence(commandHelp(command))}`);
  return `# Command line\n\n${generated}\n\n${fence(programHelp(commands))}\n\n${sections.join('\n\n')}\n\n${settingsNote}\n`;
}

const settingsNote = `## Where settings come from

The flag first, then the environment variable named beside it, then the file \`sluice.yaml\` in the working folder (the
same names without the dashes), then the default. A name that does not exist stops the start.`;

const retryWords = {
  never: 'no: the same request fails again',
  later: 'yes: it may pass by itself',
  after: 'once somebody has mended the cause',
} as const;

function errorPage(): string {
  const sections = Object.entries(errorTable).map(([code, entry]) => errorSection(code, entry));
  const intro =
    'Every error Sluice can give. `{…}` stands for what differs from case to case. What Salesforce or its token endpoint\n' +
    'said is printed beside it as it was said. A row that Salesforce refuses is no error: `sluice rejects` shows it.';
  return `# Errors\n\n${generated}\n\n${intro}\n\n${sections.join('\n\n')}\n`;
}

function errorSection(code: string, { sentence, next, retry, exit, status }: ErrorEntry): string {
  return `## ${code}\n\n${sentence}\n\n- Next: ${next}\n- Worth trying again: ${retryWords[retry]}\n- Exit code ${exit}, HTTP status ${status}`;
}

function tokenErrorPage(): string {
  const intro =
    'What the token endpoint of an org, and of the org in a box, can answer: `error` and `error_description` as they come,\n' +
    'each with its causes and what mends it. The status is 400.';
  const errors = listTokenErrors();
  const sections = errors.map(({ error, description, advice, inTheBox }) => {
    const causes = advice.map(({ cause, cure }) => `- ${cause}\n  **What to do:** ${cure}`);
    const only = inTheBox ? '' : 'A real org may say this; the org in a box does not.\n\n';
    return `## ${error}: ${description}\n\n${only}${causes.join('\n')}`;
  });
  const known = (Object.keys(evidenceWords) as (keyof typeof evidenceWords)[]).map((evidence) => {
    const ofThis = errors.filter((each) => each.evidence === evidence);
    const names = ofThis.map(({ error, description }) => `- \`${error}\`: \`${description}\``);
    return `${evidenceWords[evidence]}\n\n${names.join('\n')}`;
  });
  const body = [...sections, '## How well each text is known', ...known].join('\n\n');
  return `# Errors of the token endpoint\n\n${generated}\n\n${intro}\n\n${body}\n`;
}

const evidenceWords = {
  captured: 'Told by recorded answers, by clients that look for them, or by several who met them:',
  documented: "Listed by Salesforce's documentation alone; no recorded answer has them:",
  'captured elsewhere': 'Recorded on the way back from signing in, and taken for the token endpoint as well:',
  ours: 'Of the org in a box itself, for requests of which nobody knows what Salesforce says:',
} as const;

function fence(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
