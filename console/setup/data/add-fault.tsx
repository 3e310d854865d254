/** Add a rule: which calls fail, how, and how often. */
import { useState } from 'react';
import { type ApiError, ApiFailure } from '../../ui/api.ts';
import { SelectField, TextField } from '../../ui/fields.tsx';
import { Form, FormFoot } from '../../ui/form.tsx';
import { Card } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { text } from '../text.ts';
import { type Rule, useSetRules } from './faults.tsx';

const words = text.data.faults;
const { columns, help } = words;

type Kind = Rule['kind'];

const start = { kind: 'latency' as Kind, path: '/services/data/**', method: '', share: '1', latencyMs: '', times: '' };
const names = ['kind', 'path', 'method', 'share', 'latencyMs', 'times'];
const kinds = (Object.keys(words.kinds) as Kind[]).map((value) => ({ value, label: words.kinds[value] }));

type Values = typeof start;

function ruleOf({ kind, path, method, share, latencyMs, times }: Values): Rule {
  return {
    ...{ kind, path, share: numberOf('share', share) },
    ...(method === '' ? {} : { method }),
    ...(latencyMs === '' ? {} : { latencyMs: numberOf('latencyMs', latencyMs) }),
    ...(times === '' ? {} : { times: numberOf('times', times) }),
  };
}

function numberOf(field: 'share' | 'latencyMs' | 'times', typed: string): number {
  const value = Number(typed);
  if (typed.trim() === '' || !Number.isFinite(value))
    throw new ApiFailure(400, [{ field, ...words.numberWanted(columns[field]) }]);
  return value;
}

export function AddFault({ before, seed }: { before: readonly Rule[]; seed: number }) {
  const [values, setValues] = useState<Values>(start);
  const [refused, setRefused] = useState<unknown>(null);
  const add = useSetRules(words.added, seed);
  const change = (part: Partial<Values>) => setValues((last) => ({ ...last, ...part }));
  const submit = () => {
    try {
      setRefused(null);
      add.mutate([...before, ruleOf(values)], { onSuccess: () => setValues(start) });
    } catch (error) {
      setRefused(error);
    }
  };
  return (
    <Form label={words.new} fields={names} errors={[...errorsOf(refused), ...ofNewRule(add.error)]} onSubmit={submit}>
      <Card title={words.new}>
        <SelectField
          name="kind"
          label={columns.kind}
          value={values.kind}
          choices={kinds}
          onChange={(kind) => change({ kind })}
        />
        {(['path', 'method', 'share', 'latencyMs', 'times'] as const).map((name) => (
          <TextField
            key={name}
            name={name}
            label={columns[name]}
            help={help[name]}
            value={values[name]}
            onChange={(value) => change({ [name]: value })}
          />
        ))}
      </Card>
      <FormFoot submit={words.add} isBusy={add.isPending} />
    </Form>
  );
}

/** `rules.2.path` is the field `path` here: only the last rule is new. */
function ofNewRule(error: unknown): readonly ApiError[] {
  return errorsOf(error).map((one) => ({ ...one, field: one.field?.replace(/^rules\.\d+\./, '') ?? null }));
}
