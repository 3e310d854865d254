/** Collects what a project has and the org in a box has not: it is left out, and said. */
import type { FilePlace } from './metadata-error.ts';

export type LeftOut = {
  /** `what` in the plural (`validation rules`), `why` as a clause; told once for each pair of them, with the places. */
  add(what: string, why: string, example: FilePlace & { name?: string | undefined }): void;
  /** What no program that calls the API can see: told in one line for all. */
  addUnseen(what: string): void;
  warnings(): string[];
};

const maxExamples = 3;

export function createLeftOut(): LeftOut {
  const kinds = new Map<string, { what: string; why: string; examples: string[] }>();
  const unseen = new Map<string, number>();
  return {
    add(what, why, { name, file, line }) {
      const key = `${what}\n${why}`;
      const kind = kinds.get(key) ?? { what, why, examples: [] };
      kinds.set(key, kind);
      const where = line === undefined ? file : `${file}:${line}`;
      kind.examples.push(name === undefined ? where : `${name} (${where})`);
    },
    addUnseen(what) {
      unseen.set(what, (unseen.get(what) ?? 0) + 1);
    },
    warnings: () => [...[...kinds.values()].map(sentenceOf), ...unseenSentence(unseen)],
  };
}

function sentenceOf({ what, why, examples }: { what: string; why: string; examples: readonly string[] }): string {
  const more = examples.length > maxExamples ? ` and ${examples.length - maxExamples} more` : '';
  return `Left out: ${what}, since ${why}: ${examples.slice(0, maxExamples).join(', ')}${more}.`;
}

function unseenSentence(unseen: ReadonlyMap<string, number>): string[] {
  if (unseen.size === 0) return [];
  const counted = [...unseen].sort(([one], [other]) => (one < other ? -1 : 1));
  const list = counted.map(([what, count]) => `${what} (${count})`).join(', ');
  return [`Left out, since the API of the org does not show it: ${list}.`];
}
