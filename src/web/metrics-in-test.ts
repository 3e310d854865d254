/** For tests: reads the text format of Prometheus, and fails where it is not as the format and its conventions have it. */
import assert from 'node:assert/strict';

export type Sample = { name: string; labels: Readonly<Record<string, string>>; value: number };

const namePattern = /^[a-z_][a-z0-9_]*$/;
const samplePattern = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Every sample, each of a metric that has its HELP and TYPE above it. */
export function parseMetrics(text: string): Sample[] {
  const types = new Map<string, string>();
  const helped = new Set<string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, word, about = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (word === 'HELP') helped.add(about);
    else if (word === 'TYPE') types.set(about, rest);
    else samples.push(readSample(line, types, helped));
  }
  return samples;
}

function readSample(line: string, types: ReadonlyMap<string, string>, helped: ReadonlySet<string>): Sample {
  const [, name = '', inside = '', value = ''] = samplePattern.exec(line) ?? [];
  const base = name.replace(/_(bucket|sum|count)$/, '');
  const type = types.get(name) ?? types.get(base);
  assert.ok(type, `${line}: has no TYPE above it`);
  assert.ok(helped.has(name) || helped.has(base), `${line}: has no HELP above it`);
  assert.match(name, namePattern);
  if (type === 'counter') assert.match(name, /_total$/);
  const labels = Object.fromEntries(
    [...inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]),
  );
  assert.equal(Number.isNaN(Number(value.replace('Inf', 'Infinity'))), value === 'Nan', line);
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}

/** The value of the one sample with this name and these labels, among others that it may have. */
export function sampleOf(samples: readonly Sample[], name: string, labels: Record<string, string> = {}) {
  const found = samples.filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  assert.ok(found.length < 2, `${found.length} samples of ${name}`);
  return found[0]?.value;
}
