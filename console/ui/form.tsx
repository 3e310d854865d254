/** A form whose refusals stand at their fields. */
import { createContext, type FormEvent, type ReactNode, use, useEffect, useRef, useState } from 'react';
import type { ApiError } from './api.ts';
import { Button } from './button.tsx';
import type { Draft } from './draft.ts';
import { Note, Problems } from './problems.tsx';
import { text } from './text.ts';

type Refused = { errors: readonly ApiError[]; changed: (name: string) => void };

const FormErrors = createContext<Refused>({ errors: [], changed: () => undefined });

/** Of the field itself and of what is in it: `callbackUrls` has those of `callbackUrls.0`. */
export function useFieldErrors(name: string): readonly ApiError[] {
  return use(FormErrors).errors.filter(({ field }) => field !== null && isIn(field, name));
}

/** For what is changed by other means than a control with a name: what was refused of a field goes when it is changed. */
export function useFieldChanged(): (name: string) => void {
  return use(FormErrors).changed;
}

/** `callbackUrls.0` is in `callbackUrls`. */
function isIn(field: string, name: string): boolean {
  return field === name || field.startsWith(`${name}.`);
}

type FormProps = {
  /** Its accessible name. */
  label: string;
  /** Names of the fields in it; errors of others stand above it. */
  fields: readonly string[];
  errors: readonly ApiError[];
  onSubmit: () => void;
  children: ReactNode;
  className?: string;
};

/** The first field that was refused is gone to once, and again when the form is sent again. */
export function Form({ label, fields, errors, onSubmit, children, className = 'form' }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => focusField(form.current, new URLSearchParams(location.search).get('field')), []);
  const told = useRef('');
  useEffect(() => {
    const found = JSON.stringify(errors);
    if (found === told.current) return;
    told.current = found;
    focusField(form.current, errors[0]?.field ?? null);
  });
  const { left, changed, allAgain } = useLeft(errors);
  const elsewhere = left.filter(({ field }) => field === null || !fields.some((name) => isIn(field, name)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    told.current = '';
    allAgain();
    onSubmit();
  };
  return (
    <form
      ref={form}
      className={className}
      aria-label={label}
      noValidate
      onSubmit={submit}
      onChange={({ target }) => changed(nameOf(target))}
    >
      <Problems errors={elsewhere} />
      <FormErrors value={{ errors: left, changed }}>{children}</FormErrors>
    </form>
  );
}

/** Errors whose fields were not changed since they were told; whatever is told next is left as a whole. */
function useLeft(errors: readonly ApiError[]) {
  const found = JSON.stringify(errors);
  const [mended, setMended] = useState<{ of: string; names: readonly string[] }>({ of: found, names: [] });
  const names = mended.of === found ? mended.names : [];
  const isMendedBy = ({ field }: ApiError, name: string) => field !== null && (isIn(field, name) || isIn(name, field));
  const left = errors.filter((error) => !names.some((name) => isMendedBy(error, name)));
  return {
    left,
    changed: (name: string) => {
      if (left.some((error) => isMendedBy(error, name))) setMended({ of: found, names: [...names, name] });
    },
    allAgain: () => setMended({ of: '', names: [] }),
  };
}

/** That of the control, unless it stands in a block whose name is another. */
function nameOf(target: EventTarget): string {
  if (!(target instanceof HTMLElement)) return '';
  const own = target.getAttribute('name');
  const block = target.closest<HTMLElement>('[data-field]')?.dataset.field;
  return own !== null && (block === undefined || isIn(own, block)) ? own : (block ?? '');
}

/** The row of buttons below a form. */
export function FormFoot({ submit, isBusy, onCancel }: { submit: string; isBusy: boolean; onCancel?: () => void }) {
  return (
    <div className="foot buttons">
      <Button look="primary" type="submit" isDisabled={isBusy}>
        {submit}
      </Button>
      {onCancel === undefined ? null : <Button onPress={onCancel}>{text.cancel}</Button>}
    </div>
  );
}

type Noted = Pick<Draft<unknown>, 'wasKept' | 'shows' | 'swap' | 'discard'>;

/** Says that values of an earlier visit stand in the form; and where what is stored has changed since, offers both. */
export function DraftNote({ draft: { wasKept, shows, swap, discard } }: { draft: Noted }) {
  if (!wasKept) return null;
  if (shows !== undefined) return <TwofoldNote shows={shows} swap={swap} discard={discard} />;
  return (
    <Note>
      <div className="buttons">
        <span>{text.draft}</span>
        <Button look="quiet" onPress={discard}>
          {text.discardDraft}
        </Button>
      </div>
    </Note>
  );
}

type TwofoldProps = Pick<Noted, 'swap' | 'discard'> & { shows: 'mine' | 'stored' };

function TwofoldNote({ shows, swap, discard }: TwofoldProps) {
  const words = text.twofold;
  return (
    <Note tone="warn" title={words.title}>
      <p>{words.says[shows]}</p>
      <div className="buttons">
        <Button onPress={swap}>{words.swap[shows]}</Button>
        <Button look="quiet" onPress={discard}>
          {words.discard}
        </Button>
      </div>
    </Note>
  );
}

/** The control of the field, or of what the field is in. */
function focusField(form: HTMLFormElement | null, name: string | null): void {
  if (form === null || name === null) return;
  const find = (one: string) =>
    form.querySelector<HTMLElement>(`[name="${CSS.escape(one)}"], [data-field="${CSS.escape(one)}"]`);
  const found = find(name) ?? find(name.split('.')[0] ?? name);
  found?.scrollIntoView({ block: 'center' });
  found?.focus({ preventScroll: true });
}
