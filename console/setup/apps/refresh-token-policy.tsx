/** Refresh Token Policy: how long a refresh token lives, as Setup asks for it and as the API says it. */
import { SelectField, TextField } from '../../ui/fields.tsx';
import { text } from '../text.ts';

const words = text.policies.refreshToken;

type Kind = keyof typeof words.kinds;
type Unit = keyof typeof words.units;

export type RefreshTokenChoice = { kind: Kind; count: string; unit: Unit };

/** Such as `specific_lifetime:30:DAYS`. */
export function refreshTokenChoice(policy: string): RefreshTokenChoice {
  const [, kind = policy, count = '', unit = 'DAYS'] = /^specific_(\w+):(\d+):(\w+)$/.exec(policy) ?? [];
  return { kind: kind as Kind, count, unit: unit as Unit };
}

export function refreshTokenPolicyOf({ kind, count, unit }: RefreshTokenChoice): string {
  return isCounted(kind) ? `specific_${kind}:${count.trim()}:${unit}` : kind;
}

export function saidRefreshTokenPolicy(policy: string): string {
  const { kind, count, unit } = refreshTokenChoice(policy);
  return isCounted(kind) ? words.counted(words.kinds[kind], count, words.units[unit]) : words.kinds[kind];
}

function isCounted(kind: Kind): boolean {
  return kind === 'lifetime' || kind === 'inactivity';
}

type FieldsProps = { value: RefreshTokenChoice; onChange: (value: RefreshTokenChoice) => void };

export function RefreshTokenFields({ value, onChange }: FieldsProps) {
  return (
    <>
      <SelectField
        name="refreshTokenPolicy.kind"
        label={text.app.fields.refreshTokenPolicy}
        value={value.kind}
        choices={(Object.keys(words.kinds) as Kind[]).map((kind) => ({ value: kind, label: words.kinds[kind] }))}
        onChange={(kind) => onChange({ ...value, kind })}
      />
      {isCounted(value.kind) ? (
        <>
          <TextField
            name="refreshTokenPolicy"
            label={words.count}
            help={words.countHelp}
            isRequired
            value={value.count}
            onChange={(count) => onChange({ ...value, count })}
          />
          <SelectField
            name="refreshTokenPolicy.unit"
            label={words.unit}
            value={value.unit}
            choices={(Object.keys(words.units) as Unit[]).map((unit) => ({ value: unit, label: words.units[unit] }))}
            onChange={(unit) => onChange({ ...value, unit })}
          />
        </>
      ) : null}
    </>
  );
}
