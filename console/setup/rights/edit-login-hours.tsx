/** Edit Login Hours: for each day a start and an end, or neither. */
import { useLocation } from 'wouter';
import type { SetupOperation } from '../../../src/org/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { useDraft } from '../../ui/draft.ts';
import { FieldErrors } from '../../ui/fields.tsx';
import { DraftNote, Form, FormFoot, useFieldErrors } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { SimpleTable } from '../../ui/simple-table.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { useSave } from '../use-save.ts';
import { type ChosenHours, chosenOf, hoursOf, timeChoices, type Weekday, weekdays } from './hours-of-day.ts';

const words = text.rights.loginHours;

type Profile = AnswerOf<SetupOperation, 'GET', '/profiles/:id'>;

export function EditLoginHours({ id }: { id: string }) {
  const profile = useAnswer('/profiles/:id', { params: { id } });
  return (
    <Loaded of={profile} isAnew>
      {(found) => <Editing key={found.version} profile={found} />}
    </Loaded>
  );
}

function Editing({ profile: { id, name, version, loginHours } }: { profile: Profile }) {
  const draft = useDraft<ChosenHours>(`login hours ${id}`, chosenOf(loginHours), version);
  const [, navigate] = useLocation();
  const tell = useTell();
  const leave = () => {
    draft.discard();
    navigate(`/profiles/${id}`);
  };
  const save = useSave({
    save: async () =>
      api.call('PATCH', '/profiles/:id', { params: { id }, body: { version, loginHours: hoursOf(draft.values) } }),
    name,
    leave,
  });
  const clear = () => {
    draft.change(chosenOf({}));
    tell(words.cleared);
  };
  const title = text.rights.editOf(words.title);
  return (
    <Page title={title} kind={name} product={text.product}>
      <DraftNote draft={draft} />
      <Form label={title} fields={['loginHours']} errors={errorsOf(save.error)} onSubmit={() => save.mutate()}>
        <Card title={words.title} actions={<Button onPress={clear}>{words.clear}</Button>}>
          <p className="soft">{words.lead}</p>
          <Week chosen={draft.values} change={draft.change} />
          <p className="help">{words.help}</p>
        </Card>
        <FormFoot submit={text.save} isBusy={save.isPending} onCancel={leave} />
      </Form>
    </Page>
  );
}

type WeekProps = { chosen: ChosenHours; change: (part: Partial<ChosenHours>) => void };

function Week({ chosen, change }: WeekProps) {
  const { day: dayColumn, start, end, meaning } = words.columns;
  const cell = (day: Weekday, part: 'start' | 'end') => (
    <Time
      day={day}
      part={part}
      value={chosen[day][part]}
      onChange={(time) => change({ [day]: { ...chosen[day], [part]: time } })}
    />
  );
  return (
    <SimpleTable
      label={words.title}
      columns={[dayColumn, start, end, meaning]}
      rows={weekdays.map((day) => [
        words.days[day],
        cell(day, 'start'),
        cell(day, 'end'),
        <Meaning key={day} {...chosen[day]} />,
      ])}
    />
  );
}

type TimeProps = { day: Weekday; part: 'start' | 'end'; value: string; onChange: (value: string) => void };

/** What is wrong with a day stands at its end. */
function Time({ day, part, value, onChange }: TimeProps) {
  const id = `${day}-wrong`;
  const name = `loginHours.${day}`;
  const isWrong = useFieldErrors(name).length > 0;
  return (
    <>
      <select
        className="input"
        name={part === 'start' ? name : `${name}.end`}
        aria-label={words.labelOf(words.columns[part], words.days[day])}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        {...(isWrong ? { 'aria-describedby': id, 'aria-invalid': true } : {})}
      >
        {timeChoices(value).map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      {part === 'end' ? <FieldErrors id={id} name={name} /> : null}
    </>
  );
}

function Meaning({ start, end }: { start: string; end: string }) {
  if (start === '' && end === '') return <span className="soft">{words.anyTime}</span>;
  return start === end ? <strong>{words.never}</strong> : null;
}
