/** Login Hours of a profile: when its users may sign in, told day by day. */
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Details } from '../../ui/page.tsx';
import { useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { type LoginHours, saidTime, weekdays } from './hours-of-day.ts';
import { EditLink } from './view-holder.tsx';

const words = text.rights.loginHours;

export function LoginHoursCard({ id }: { id: string }) {
  const profile = useAnswer('/profiles/:id', { params: { id } });
  return (
    <Card title={words.title} actions={<EditLink to={`/profiles/${id}/login-hours`} part={words.title} />}>
      <p className="soft">{words.lead}</p>
      <Loaded of={profile}>{({ loginHours }) => <Days hours={loginHours} />}</Loaded>
    </Card>
  );
}

function Days({ hours }: { hours: LoginHours }) {
  if (Object.keys(hours).length === 0) return <p>{words.none}</p>;
  return <Details of={weekdays.map((day) => ({ label: words.days[day], value: saidHours(hours[day]) }))} />;
}

function saidHours(hours: LoginHours[keyof LoginHours]): string {
  if (hours === undefined) return words.anyTime;
  const { start, end } = hours;
  return start === end ? words.never : words.fromTo(saidTime(start), saidTime(end));
}
