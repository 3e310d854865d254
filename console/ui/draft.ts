/** What was entered into a form outlives a reload of the page, in this tab alone. Never for a form that takes a secret. */
import { useState } from 'react';

const prefix = 'sluice-draft ';

export type Draft<Values> = {
  values: Values;
  change: (part: Partial<Values>) => void;
  /** Whether the values came out of an earlier visit. */
  wasKept: boolean;
  /** After saving, or to start over. */
  discard: () => void;
};

/** `version` of what is edited: a draft of another one does not fit any more and is dropped. */
export function useDraft<Values extends object>(key: string, start: Values, version = ''): Draft<Values> {
  const [kept] = useState(() => readDraft<Values>(key, version));
  const [values, setValues] = useState<Values>(() => ({ ...start, ...kept }));
  const [wasKept, setWasKept] = useState(kept !== undefined);
  return {
    values,
    wasKept,
    change: (part) =>
      setValues((before) => {
        const after = { ...before, ...part };
        sessionStorage.setItem(prefix + key, JSON.stringify({ version, values: after }));
        return after;
      }),
    discard: () => {
      sessionStorage.removeItem(prefix + key);
      setValues(start);
      setWasKept(false);
    },
  };
}

function readDraft<Values>(key: string, version: string): Partial<Values> | undefined {
  const text = sessionStorage.getItem(prefix + key);
  if (text === null) return undefined;
  const { version: of, values } = JSON.parse(text) as { version: string; values: Partial<Values> };
  return of === version ? values : undefined;
}
