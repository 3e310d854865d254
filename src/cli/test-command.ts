/** `sluice test`: the test cases kept with a mapping, without an org or a database. */
import type { CaseOutcome } from '../agent/index.ts';
import { systemClock } from '../base/index.ts';
import { type AnyInterfaceDefinition, isOutbound } from '../protocol/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';

const settings = { json: sharedSettings.json } as const;

export const testCommand = defineCommand({
  name: 'test',
  summary: 'Run the test cases kept with interfaces; no org or database is needed.',
  description:
    'Maps the rows under "tests:" of each interface file and holds the cells, or the refusal, against what is expected of\n' +
    'them. Ends with 1 when a case does not come out as expected. With --json one line is printed for each case, and one\n' +
    'at the end.',
  positionals: [{ name: 'FILE', help: 'An interface file (YAML).', required: true, many: true }],
  settings,
  example: 'sluice test cities.yaml',
  run: testInterfaces,
});

type Tested = { name: string; outcomes: readonly CaseOutcome[] };

async function testInterfaces({
  positionals,
  settings: { json },
  terminal,
}: Invocation<typeof settings>): Promise<number> {
  const { readAnyInterface, testColumns, testMapping } = await import('../agent/index.ts');
  const now = systemClock.now();
  const interfaces = positionals.map((file) => readAnyInterface(file, terminal.environment));
  const tested: Tested[] = [];
  const test = (one: AnyInterfaceDefinition) =>
    isOutbound(one) ? testColumns(one, { now }) : testMapping(one, { now });
  for (const definition of interfaces) tested.push({ name: definition.name, outcomes: await test(definition) });
  if (json) sayLines(tested, terminal);
  else terminal.out(`${tested.map(describe).join('\n\n')}\n`);
  return tested.some(({ outcomes }) => outcomes.some(({ passed }) => !passed)) ? 1 : 0;
}

function sayLines(tested: readonly Tested[], terminal: Terminal): void {
  const say = (line: object) => terminal.out(`${JSON.stringify(line)}\n`);
  for (const { name, outcomes } of tested) {
    for (const { name: title, passed, differences } of outcomes)
      say({ event: 'case', interface: name, case: title, passed, differences });
  }
  const all = tested.flatMap(({ outcomes }) => outcomes);
  const passed = all.filter((outcome) => outcome.passed).length;
  say({ event: 'finished', passed, failed: all.length - passed });
}

function describe({ name, outcomes }: Tested): string {
  if (outcomes.length === 0) return `${name}: it has no test cases; write some under "tests:".`;
  const failed = outcomes.filter(({ passed }) => !passed);
  const title = `${name}: ${outcomes.length - failed.length} of ${outcomes.length} test cases as expected.`;
  if (failed.length === 0) return title;
  const rows = failed.flatMap(({ name: title, differences }) =>
    differences.map(({ field, expected, got }) => [title, field ?? 'the row', show(expected), show(got)]),
  );
  return `${title}\n\n${textTable(['case', 'field', 'expected', 'got'], rows)}`;
}

/** A cell that leaves its field as it is can be told from a null. */
const show = (value: unknown) => (value === null ? 'null' : value === '' ? "''" : String(value));
