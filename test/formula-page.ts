/** The page docs/reference/formulas.md, made from the tables that formulas are compiled by. */
import { type FunctionEntry, functionTable, type OperatorEntry, operators, signatureOf } from '../src/mapping/index.ts';

const intro = `A mapping computes a field with Salesforce's formula language: \`{ formula: 'UPPER(name)' }\`. A formula names the columns
of the source as a formula in Salesforce names fields.

- **Columns.** A name counts as it is written, else in any case. One that has blanks or other signs stands in square
  brackets: \`[first name]\`.
- **Texts** stand in single or double quotes; \`\\"\`, \`\\'\`, \`\\\\\`, \`\\n\`, \`\\r\` and \`\\t\` are the signs that need a backslash.
  Comments stand between \`/*\` and \`*/\`.
- **Types** are Text, Number, Boolean, Date, DateTime and Time, and are checked before a row is read. Nothing is turned into
  another type by itself: TEXT, VALUE, DATEVALUE, DATETIMEVALUE and TIMEVALUE do it.
- **Blanks** are treated as blanks, the second of the two ways Salesforce has. Arithmetic and functions with a blank give a
  blank; \`&\` and \`+\` join it as nothing. A blank text and an empty text are the same. A comparison with a blank number,
  date or time is neither true nor false: IF takes its third argument, AND, OR, \`&&\` and \`||\` count it as false, NOT leaves
  it so. A field that is Boolean in the end gets false.
- **Numbers** are exact decimals of 39 digits, halves rounded away from zero. Roots, powers and logarithms have 18.
- **Order.** What binds most comes first: a sign or NOT; \`*\` and \`/\`; \`^\`; \`+\`, \`-\` and \`&\`; \`<\`, \`<=\`, \`>\` and \`>=\`;
  \`=\` and \`<>\`; \`&&\`; \`||\`. That \`^\` comes behind \`*\` is Salesforce's way and surprises many: \`2 * 2 ^ 3\` is 64. Brackets
  make it plain.
- **A value that a formula cannot work with**, such as a text that VALUE cannot read, refuses its row with the code
  FORMULA_FAILED; the other rows go on.
- A formula has at most 3,900 letters, as in Salesforce.

What belongs to a page or to a record that is already there (HYPERLINK, IMAGE, ISCHANGED, PRIORVALUE, VLOOKUP, …) is not here.`;

/** `generated` is the line that says so. */
export function formulaPage(generated: string): string {
  const groups = new Map<string, FunctionEntry[]>();
  for (const entry of functionTable.values()) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  const sections = [...groups].map(
    ([group, entries]) => `## ${group} functions\n\n${entries.map(functionText).join('\n\n')}`,
  );
  return `# Formulas\n\n${generated}\n\n${intro}\n\n## Operators\n\n${operatorTable()}\n\n${sections.join('\n\n')}\n`;
}

function functionText(entry: FunctionEntry): string {
  const { name, args, result, sentence, example } = entry;
  const types = args.map((arg) => `${arg.name}: ${typeof arg.type === 'string' ? arg.type : arg.type.join(' or ')}`);
  const gives = typeof result === 'string' ? result : result.as;
  const takes = types.length > 0 ? `${types.join('; ')}. ` : '';
  return `### ${name}\n\n\`${signatureOf(entry)}\`\n\n${sentence}\n\n- ${takes}Result: ${gives}.\n- ${exampleText(example)}`;
}

function exampleText([formula, gives]: FunctionEntry['example']): string {
  return `\`${formula}\` gives ${gives === null ? 'a blank' : `\`${gives}\``}`;
}

function operatorTable(): string {
  const rows = operators.map(({ sign, sentence, example }: OperatorEntry) => {
    const cells = [`\`${sign.replace('sign ', '')}\``, sentence, exampleText(example)];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return `| | | |\n|---|---|---|\n${rows.join('\n')}`;
}
