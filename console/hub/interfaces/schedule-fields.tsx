/** Schedule: by cron or at an interval, in a time zone, with the next five runs of what stands in the form. */
import { useQuery } from '@tanstack/react-query';
import { SelectField, TextField } from '../../ui/fields.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { OfferField } from '../../ui/offer-field.tsx';
import { api } from '../api.ts';
import { choicesOf } from '../choices-of.ts';
import { text } from '../text.ts';
import { type EditProps, type InterfaceValues, writtenSchedule } from './interface-values.ts';

const words = text.interfaces.schedule;

/** As the browser knows them. */
export const zones = Intl.supportedValuesOf('timeZone').map((value) => ({ value }));

export function ScheduleFields({ values, change }: EditProps) {
  const { scheduleKind } = values;
  return (
    <>
      <SelectField
        name="schedule"
        label={words.kind}
        value={scheduleKind}
        choices={choicesOf(words.kinds)}
        onChange={(kind) => change({ scheduleKind: kind })}
      />
      {scheduleKind === 'cron' ? <CronFields values={values} change={change} /> : null}
      {scheduleKind === 'every' ? (
        <TextField
          name="schedule.every"
          label={words.every}
          help={words.everyHelp}
          isRequired
          value={values.every}
          onChange={(every) => change({ every })}
        />
      ) : null}
      {scheduleKind === 'none' ? null : (
        <>
          <SelectField
            name="schedule.missed"
            label={words.missed}
            value={values.missed}
            choices={choicesOf<string>(words.missedBy)}
            onChange={(missed) => change({ missed })}
          />
          <NextRuns values={values} />
        </>
      )}
    </>
  );
}

function CronFields({ values, change }: EditProps) {
  return (
    <>
      <TextField
        name="schedule.cron"
        label={words.cron}
        help={words.cronHelp}
        isRequired
        value={values.cron}
        onChange={(cron) => change({ cron })}
      />
      <OfferField
        name="schedule.timeZone"
        label={words.timeZone}
        help={words.timeZoneHelp}
        value={values.timeZone}
        offers={zones}
        onChange={(timeZone) => change({ timeZone })}
      />
    </>
  );
}

function NextRuns({ values }: { values: InterfaceValues }) {
  const schedule = writtenSchedule(values);
  const isFilled = (values.scheduleKind === 'cron' ? values.cron : values.every).trim() !== '';
  const found = useQuery({
    queryKey: ['/schedules/next-runs', schedule],
    queryFn: ({ signal }) => api.call('POST', '/schedules/next-runs', { body: { schedule }, signal }),
    enabled: isFilled,
  });
  if (!isFilled) return null;
  return (
    <section aria-label={words.next}>
      <h3>{words.next}</h3>
      <Loaded of={found}>{({ nextRuns }) => <Times of={nextRuns} />}</Loaded>
    </section>
  );
}

export function Times({ of }: { of: readonly number[] }) {
  if (of.length === 0) return words.none;
  return (
    <>
      <ol className="steps">
        {of.map((at) => (
          <li key={at}>
            <Moment at={at} to="zone" />
          </li>
        ))}
      </ol>
      <p className="help">{words.shownIn}</p>
    </>
  );
}
