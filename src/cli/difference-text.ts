/** What differs between two definitions, as lines of YAML under minus and plus signs. */
export type Difference = { field: string; before: unknown; after: unknown };

/** What is not there has no line; where it is null on the other side, that is said. */
export async function differenceText(
  differences: readonly Difference[],
  { from, to }: { from: string; to: string },
): Promise<string> {
  const { stringify } = await import('yaml');
  const linesOf = (sign: string, field: string, value: unknown) => {
    if (value === null) return '';
    const text = stringify({ [field]: value }, { lineWidth: 0, aliasDuplicateObjects: false });
    return text.replaceAll(/^(?=.)/gm, `${sign} `);
  };
  const lines = differences.map(({ field, before, after }) => {
    const both = linesOf('-', field, before) + linesOf('+', field, after);
    return both === '' ? linesOf('?', field, 'null in one, not there in the other') : both;
  });
  return `--- ${from}\n+++ ${to}\n${lines.join('')}`;
}
