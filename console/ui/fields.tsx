/** The fields of forms: label, control, help, and what was refused. */
import { type ReactNode, useId } from 'react';
import { useFieldErrors } from './form.tsx';
import { text } from './text.ts';

type FieldProps = {
  /** As the API calls it. */
  name: string;
  label: string;
  help?: string | undefined;
  isRequired?: boolean;
};

type Ids = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined };

type FrameProps = FieldProps & { children: (ids: Ids) => ReactNode; className?: string };

/** Ties the label, the help and the errors of a field to its control. */
export function FieldFrame({ name, label, help, isRequired = false, children, className = 'field' }: FrameProps) {
  const id = useId();
  const errors = useFieldErrors(name);
  const described = [help === undefined ? [] : [`${id}-help`], errors.length === 0 ? [] : [`${id}-wrong`]].flat();
  const ids: Ids = {
    id,
    'aria-describedby': described.length === 0 ? undefined : described.join(' '),
    'aria-invalid': errors.length === 0 ? undefined : true,
  };
  return (
    <div className={className}>
      <label htmlFor={id}>
        {isRequired ? <Star /> : null}
        {label}
      </label>
      <div className="control">
        {children(ids)}
        <FieldErrors id={`${id}-wrong`} name={name} />
        {help === undefined ? null : (
          <p className="help" id={`${id}-help`}>
            {help}
          </p>
        )}
      </div>
    </div>
  );
}

export function FieldErrors({ id, name }: { id: string; name: string }) {
  const errors = useFieldErrors(name);
  if (errors.length === 0) return null;
  return (
    <p className="wrong" id={id}>
      {errors.map(({ message, next }) => `${message} ${next}`).join(' ')}
    </p>
  );
}

export function Star() {
  return (
    <span className="star" aria-hidden="true">
      *
    </span>
  );
}

export function RequiredNote() {
  return (
    <p className="help">
      <Star />
      {text.requiredNote}
    </p>
  );
}

type TextProps = FieldProps & {
  value: string;
  onChange: (value: string) => void;
  onLeave?: () => void;
  type?: 'text' | 'email' | 'password' | 'number' | 'url' | 'datetime-local';
  autoComplete?: string;
  /** Stands beside it, such as the look-up's magnifying glass or a unit. */
  beside?: ReactNode;
};

export function TextField({
  value,
  onChange,
  onLeave,
  type = 'text',
  autoComplete = 'off',
  beside,
  ...field
}: TextProps) {
  return (
    <FieldFrame {...field}>
      {(ids) => (
        <div className="withbutton">
          <input
            {...ids}
            className="input"
            name={field.name}
            type={type}
            value={value}
            autoComplete={autoComplete}
            spellCheck={false}
            aria-required={field.isRequired === true}
            onChange={(event) => onChange(event.target.value)}
            onBlur={onLeave}
          />
          {beside}
        </div>
      )}
    </FieldFrame>
  );
}

export function TextArea({
  value,
  onChange,
  ...field
}: FieldProps & { value: string; onChange: (value: string) => void }) {
  return (
    <FieldFrame {...field}>
      {(ids) => (
        <textarea
          {...ids}
          className="input"
          name={field.name}
          value={value}
          spellCheck={false}
          aria-required={field.isRequired === true}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </FieldFrame>
  );
}

export function CheckBox({
  value,
  onChange,
  ...field
}: FieldProps & { value: boolean; onChange: (value: boolean) => void }) {
  return (
    <FieldFrame {...field} className="field check">
      {(ids) => (
        <input
          {...ids}
          className="checkbox"
          name={field.name}
          type="checkbox"
          checked={value}
          onChange={(event) => onChange(event.target.checked)}
        />
      )}
    </FieldFrame>
  );
}

export type Choice<Value extends string> = { value: Value; label: string };

type SelectProps<Value extends string> = FieldProps & {
  value: Value;
  choices: readonly Choice<Value>[];
  onChange: (value: Value) => void;
};

export function SelectField<Value extends string>({ value, choices, onChange, ...field }: SelectProps<Value>) {
  return (
    <FieldFrame {...field}>
      {(ids) => (
        <select
          {...ids}
          className="input"
          name={field.name}
          value={value}
          onChange={(event) => onChange(event.target.value as Value)}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
}
