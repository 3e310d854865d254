/** A ping as a person reads it: a tick or a cross a line, and under the cross what to do. */
import type { Advice } from '../oauth/index.ts';
import { notTried, type PingReport, type PingStep } from '../protocol/index.ts';

const marks: Readonly<Record<PingStep['status'], string>> = { passed: '✓', noted: '!', failed: '✗', skipped: '·' };

/** All that may be behind what a token endpoint said. */
export type Advise = (said: NonNullable<PingStep['tokenError']>) => readonly Advice[];

export function pingText(what: string, { steps }: PingReport, advise: Advise): string {
  const width = Math.max(...steps.map(({ label }) => label.length));
  const untried = steps.filter(({ status, detail }) => status === 'skipped' && detail.startsWith(notTried));
  const lines = steps.flatMap((step) => {
    if (untried.includes(step)) return [];
    const { status, label, detail, next, code, tokenError } = step;
    const line = `  ${marks[status]} ${label.padEnd(width)}  ${printable(detail)}`;
    const indent = ' '.repeat(width + 6);
    if (next === null) return [line];
    const advice = tokenError === undefined ? [] : advise(tokenError).flatMap(explained);
    return [
      line,
      ...[`${next}${code === null ? '' : ` (${code})`}`, ...advice].map((each) => indent + printable(each)),
    ];
  });
  if (untried.length > 0) lines.push(`  ${marks.skipped} Not tried: ${untried.map(({ label }) => label).join(', ')}`);
  return `${printable(what)}\n${lines.join('\n')}\n\n`;
}

function explained({ cause, cure }: Advice): string[] {
  return [`Perhaps: ${cause}`, `  ${cure}`];
}

/** Words of others may hold control characters; a terminal must not obey them. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
