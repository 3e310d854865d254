/** What was entered into a form outlives a reload of the page, in this tab alone. Never for a form that takes a secret. */
import { useState } from 'react';

const prefix = 'sluice-draft ';

type State<Values> = {
  values: Values;
  /** Whether the values came out of an earlier visit. */
  wasKept: boolean;
  /** Where what is edited was changed since the draft was begun: which of the two stands in the form, and the other. */
  twofold?: { shows: 'mine' | 'stored'; other: Values };
};

export type Draft<Values> = {
  values: Values;
  change: (part: Partial<Values>) => void;
  wasKept: boolean;
  /** Undefined where there is but one. */
  shows: 'mine' | 'stored' | undefined;
  /** Puts the other one into the form; this one is kept. */
  swap: () => void;
  /** After saving, or to start over. */
  discard: () => void;
};

/** `version` of what is edited: a draft of another one is kept, beside what is stored now. */
export function useDraft<Values extends object>(key: string, start: Values, version = ''): Draft<Values> {
  const [state, setState] = useState(() => begin(start, version, readDraft<Values>(key)));
  const put = (next: (before: State<Values>) => State<Values>) =>
    setState((before) => {
      const { values, twofold } = next(before);
      sessionStorage.setItem(prefix + key, JSON.stringify({ version, values, twofold }));
      return { ...before, values, ...(twofold === undefined ? {} : { twofold }) };
    });
  return {
    values: state.values,
    wasKept: state.wasKept,
    shows: state.twofold?.shows,
    change: (part) => put((before) => ({ ...before, values: { ...before.values, ...part } })),
    swap: () => put(swapped),
    discard: () => {
      sessionStorage.removeItem(prefix + key);
      setState({ values: start, wasKept: false });
    },
  };
}

type Kept<Values> = { version: string } & Pick<State<Values>, 'values' | 'twofold'>;

function begin<Values extends object>(start: Values, version: string, kept: Kept<Values> | undefined): State<Values> {
  if (kept === undefined) return { values: start, wasKept: false };
  const { values, twofold } = kept;
  const isSame = kept.version === version;
  if (isSame) return { values: { ...start, ...values }, wasKept: true, ...(twofold === undefined ? {} : { twofold }) };
  const mine = twofold?.shows === 'stored' ? twofold.other : values;
  return { values: { ...start, ...mine }, wasKept: true, twofold: { shows: 'mine', other: start } };
}

function swapped<Values>(state: State<Values>): State<Values> {
  const { values, twofold } = state;
  if (twofold === undefined) return state;
  const shows = twofold.shows === 'mine' ? 'stored' : 'mine';
  return { ...state, values: twofold.other, twofold: { shows, other: values } };
}

function readDraft<Values>(key: string): Kept<Values> | undefined {
  const text = sessionStorage.getItem(prefix + key);
  return text === null ? undefined : (JSON.parse(text) as Kept<Values>);
}
