/** Retention: how long messages and runs are kept, with a look at what would go now. */
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ApiFailure } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Form } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { type SizeUnit, sizeEntered, sizeParts, sizeText } from '../../ui/size.ts';
import { api, type Retention as Rules, useAnswer } from '../api.ts';
import { choicesOf } from '../choices-of.ts';
import { numberEntered } from '../number-entered.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { useMay } from '../use-may.ts';

const words = text.retention;
const names = ['completedDays', 'failedDays', 'mostMessages', 'mostBytes'] as const;

type Name = (typeof names)[number];
type Values = Readonly<Record<Name, string>> & { unit: SizeUnit };

export function Retention() {
  const rules = useAnswer('/retention');
  return (
    <Page title={text.pages.retention} product={text.product}>
      <p className="soft">{words.lead}</p>
      <Loaded of={rules} isAnew>
        {(found) => <RulesForm key={found.version} rules={found} />}
      </Loaded>
    </Page>
  );
}

function valuesOf({ mostBytes, ...rules }: Rules): Values {
  const { size, unit } = mostBytes === null ? ({ size: '', unit: 'GiB' } as const) : sizeParts(mostBytes);
  const number = (name: Exclude<Name, 'mostBytes'>) => (rules[name] === null ? '' : String(rules[name]));
  return {
    completedDays: number('completedDays'),
    failedDays: number('failedDays'),
    mostMessages: number('mostMessages'),
    mostBytes: size,
    unit,
  };
}

function rulesOf(values: Values) {
  const number = (name: Name) => numberEntered(values[name], name, words.numberWanted(words.fields[name])) ?? null;
  return {
    completedDays: number('completedDays'),
    failedDays: number('failedDays'),
    mostMessages: number('mostMessages'),
    mostBytes: bytesOf(values),
  };
}

function bytesOf({ mostBytes, unit }: Values): number | null {
  const typed = mostBytes.trim();
  const bytes = typed === '' ? null : sizeEntered(typed, unit);
  if (bytes === undefined) throw new ApiFailure(400, [{ field: 'mostBytes', ...words.sizeWanted }]);
  return bytes;
}

function RulesForm({ rules }: { rules: Rules }) {
  const [values, setValues] = useState(() => valuesOf(rules));
  const save = useAct({
    act: async () => {
      const body = { ...rulesOf(values), version: rules.version };
      return await api.call('PUT', '/retention', { body });
    },
    tells: () => words.saved,
  });
  const preview = useMutation({ mutationFn: async () => askPreview(rulesOf(values)) });
  const change = (part: Partial<Values>) => setValues({ ...values, ...part });
  const help = { ...words.help, mostBytes: words.help.mostBytes(sizeText(rules.bytes)) };
  const problem = save.error ?? preview.error;
  const errors = useMemo(() => errorsOf(problem), [problem]);
  return (
    <>
      <Form label={words.form} fields={names} errors={errors} onSubmit={() => save.mutate()}>
        <Card title={words.form}>
          {names.map((name) => (
            <TextField
              key={name}
              name={name}
              label={words.fields[name]}
              help={help[name]}
              value={values[name]}
              onChange={(value) => change({ [name]: value })}
              beside={name === 'mostBytes' ? <Unit value={values.unit} onChange={(unit) => change({ unit })} /> : null}
            />
          ))}
          <Details
            of={[
              { label: text.changed, value: <Moment at={rules.changedAt} /> },
              { label: text.changedBy, value: rules.changedBy },
            ]}
          />
        </Card>
        <div className="foot buttons">
          {useMay('administrator') ? (
            <Button look="primary" type="submit" isDisabled={save.isPending}>
              {text.save}
            </Button>
          ) : null}
          <Button isDisabled={preview.isPending} onPress={() => preview.mutate()}>
            {words.preview}
          </Button>
        </div>
      </Form>
      {preview.data === undefined ? null : <WouldGo found={preview.data} />}
    </>
  );
}

function Unit({ value, onChange }: { value: SizeUnit; onChange: (unit: SizeUnit) => void }) {
  return (
    <select
      className="input unit"
      name="mostBytes.unit"
      aria-label={words.unit}
      value={value}
      onChange={(event) => onChange(event.target.value as SizeUnit)}
    >
      {choicesOf<SizeUnit>(words.units).map((unit) => (
        <option key={unit.value} value={unit.value}>
          {unit.label}
        </option>
      ))}
    </select>
  );
}

type Preview = Awaited<ReturnType<typeof askPreview>>;

function askPreview(body: ReturnType<typeof rulesOf>) {
  return api.call('POST', '/retention/preview', { body });
}

function WouldGo({ found }: { found: Preview }) {
  const { counts } = words;
  const whole = ({ count, more }: Preview['failed']) =>
    more ? words.atLeast(count.toLocaleString()) : count.toLocaleString();
  const number = (name: 'tooMany' | 'tooLarge' | 'runs' | 'reports' | 'messages') => ({
    label: counts[name],
    value: found[name].toLocaleString(),
  });
  return (
    <Card title={words.previewTitle}>
      <Details
        of={[
          { label: counts.completed, value: whole(found.completed) },
          { label: counts.failed, value: whole(found.failed) },
          ...(['tooMany', 'tooLarge', 'runs', 'reports', 'messages'] as const).map(number),
          { label: counts.bytes, value: sizeText(found.bytes) },
        ]}
      />
    </Card>
  );
}
