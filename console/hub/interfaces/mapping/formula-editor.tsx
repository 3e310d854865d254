/** The editor of a formula: functions and columns are offered as it is typed, and a mistake is marked where it is. */
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { api, useAnswer } from '../../api.ts';
import { text } from '../../text.ts';
import { type Candidate, candidatesFor, markAt, take, wordBefore } from './completion.ts';
import type { Source } from './rows.ts';

const words = text.interfaces.formula;

type EditorProps = {
  value: string;
  sources: readonly Source[];
  /** Other names than those of the sources may stand in it, such as fields of a parent. */
  isOpenEnded: boolean;
  /** What the target holds; null where anything goes. */
  wants: string | null;
  onChange: (formula: string) => void;
};

/** So long after the last key, the hub is asked. */
const judgeAfterMs = 150;

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), judgeAfterMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function useJudged({ value, sources, isOpenEnded }: EditorProps) {
  const formula = useSettled(value);
  const columns = isOpenEnded
    ? undefined
    : (Object.fromEntries(sources.map(({ name, holds }) => [name, holds])) as Record<string, 'Text'>);
  const judged = useQuery({
    queryKey: ['/formulas/check', formula, columns],
    queryFn: ({ signal }) =>
      api.call('POST', '/formulas/check', { body: { formula, ...(columns ? { columns } : {}) }, signal }),
    enabled: formula.trim() !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  return formula === value ? judged.data : undefined;
}

function useCandidates(sources: readonly Source[], isOutbound: boolean): readonly Candidate[] {
  const found = useAnswer('/formulas/functions');
  const functions = found.data?.functions ?? [];
  const holder = isOutbound ? words.field : words.column;
  return [
    ...sources.map(({ name, holds }): Candidate => ({ name, kind: 'column', hint: `${holder}, ${holds}` })),
    ...functions.map(({ name, signature }): Candidate => ({ name, kind: 'function', hint: signature })),
  ];
}

/** What is offered at the caret, and which of it is chosen. */
function useCompletion(props: EditorProps) {
  const { value, onChange, sources, isOpenEnded } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const moveTo = useRef<number | null>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(-1);
  const all = useCandidates(sources, isOpenEnded);
  const word = caret === null ? null : wordBefore(value, caret);
  const shown = word === null ? [] : candidatesFor(word.word, all);
  useLayoutEffect(() => {
    if (moveTo.current === null) return;
    area.current?.setSelectionRange(moveTo.current, moveTo.current);
    moveTo.current = null;
  });
  const close = () => {
    setCaret(null);
    setActive(-1);
  };
  const choose = (candidate: Candidate) => {
    const taken = take(value, caret ?? value.length, candidate);
    moveTo.current = taken.caret;
    close();
    onChange(taken.formula);
    area.current?.focus();
  };
  const type = (formula: string, at: number) => {
    setCaret(at);
    setActive(-1);
    onChange(formula);
  };
  return { area, shown, active, setActive, choose, close, type };
}

export function FormulaEditor(props: EditorProps) {
  const { value, wants } = props;
  const id = useId();
  const judged = useJudged(props);
  const completion = useCompletion(props);
  const { shown, active } = completion;
  const problem = judged?.problem ?? null;
  return (
    <div className="field">
      <label htmlFor={id}>{words.label}</label>
      <div className="control">
        <div className="formula">
          <pre aria-hidden="true">
            <Marked formula={value} problem={problem} />
          </pre>
          <textarea
            id={id}
            ref={completion.area}
            className="input"
            value={value}
            spellCheck={false}
            aria-required
            aria-autocomplete="list"
            aria-controls={`${id}-list`}
            aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
            aria-invalid={problem !== null || undefined}
            aria-describedby={`${id}-said ${id}-help`}
            onChange={(event) => completion.type(event.target.value, event.target.selectionStart)}
            onKeyDown={(event) => steer(event, completion)}
          />
        </div>
        <Suggestions id={id} completion={completion} />
        <div id={`${id}-said`} role="status">
          <Said judged={judged} isEmpty={value.trim() === ''} wants={wants} />
          {shown.length === 0 ? null : <span className="hidden">{words.found(shown.length)}</span>}
        </div>
        <p className="help" id={`${id}-help`}>
          {words.help}
        </p>
      </div>
    </div>
  );
}

type Completion = ReturnType<typeof useCompletion>;

function steer(event: KeyboardEvent, { shown, active, setActive, choose, close }: Completion): void {
  if (shown.length === 0) return;
  const chosen = shown[active];
  if (event.key === 'ArrowDown') setActive((active + 1) % shown.length);
  else if (event.key === 'ArrowUp') setActive(active <= 0 ? shown.length - 1 : active - 1);
  else if (event.key === 'Enter' && chosen !== undefined) choose(chosen);
  else if (event.key === 'Escape') close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function Suggestions({ id, completion: { shown, active, choose } }: { id: string; completion: Completion }) {
  return (
    <div
      className="suggestions"
      id={`${id}-list`}
      role="listbox"
      aria-label={words.suggestions}
      hidden={shown.length === 0}
    >
      {shown.map((candidate, place) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the text, which names the chosen one
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are those of the text
        <div
          key={`${candidate.kind} ${candidate.name}`}
          id={`${id}-${place}`}
          role="option"
          aria-selected={place === active}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => choose(candidate)}
        >
          <span>{candidate.name}</span> <span className="soft small">{candidate.hint}</span>
        </div>
      ))}
    </div>
  );
}

type Judged = ReturnType<typeof useJudged>;

function Marked({ formula, problem }: { formula: string; problem: NonNullable<Judged>['problem'] }) {
  if (problem === null) return formula;
  const [before, marked, after] = markAt(formula, problem.line, problem.column);
  return (
    <>
      {before}
      <mark>{marked}</mark>
      {after}
    </>
  );
}

function Said({ judged, isEmpty, wants }: { judged: Judged; isEmpty: boolean; wants: string | null }) {
  if (isEmpty) return <p className="help">{words.empty}</p>;
  if (judged === undefined) return null;
  const { problem, gives } = judged;
  if (problem !== null) {
    const { line, column, reason, hint } = problem;
    return <p className="wrong">{words.wrong(line, column, reason, hint)}</p>;
  }
  const given = gives ?? '';
  const isUnfit = wants !== null && wants !== 'Text' && !['Unknown', 'Blank', wants].includes(given);
  if (isUnfit) return <p className="wrong">{words.unfit(given, wants)}</p>;
  return <p className="help">{words.gives(given)}</p>;
}
