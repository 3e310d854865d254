/** What needs attention, the worst first, each with a link to where it is mended. */
import { Link } from 'wouter';
import type { HubOperation } from '../../../src/hub/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Badge, Card } from '../../ui/page.tsx';
import { Note } from '../../ui/problems.tsx';
import { useAnswer } from '../api.ts';
import { text } from '../text.ts';

const words = text.home.attention;

type Matter = AnswerOf<HubOperation, 'GET', '/attention'>['matters'][number];

export function Attention({ everyMs }: { everyMs: number }) {
  const attention = useAnswer('/attention', { everyMs });
  return (
    <Card title={words.title}>
      <Loaded of={attention}>
        {({ matters }) =>
          matters.length === 0 ? (
            <Note tone="good">{words.nothing}</Note>
          ) : (
            <ul className="matters">
              {matters.map((matter) => (
                <MatterLine key={`${matter.kind} ${matter.id} ${matter.name}`} matter={matter} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function MatterLine({ matter }: { matter: Matter }) {
  const { label, tone } = words.areas[matter.kind];
  return (
    <li>
      <Badge tone={tone}>{label}</Badge>
      <Link href={addressOf(matter)}>{sentenceOf(matter)}</Link>
    </li>
  );
}

function sentenceOf({ kind, name, count, more, of, detail }: Matter): string {
  return words.sentences[kind]({ name: name ?? '', count: count ?? 0, more, of: of ?? 0, detail: detail ?? '' });
}

function addressOf({ kind, id }: Matter): string {
  switch (kind) {
    case 'noConnection':
      return '/connections/new';
    case 'unknownMessages':
      return '/messages?outcome=unknown';
    case 'failedMessages':
      return '/messages?status=Failed';
    case 'lastRun':
      return `/runs/${id}`;
    case 'agentAway':
    case 'agentNotTold':
      return `/control-board?agent=${id}`;
    case 'schedulesMissed':
      return `/control-board?agent=${id}&tab=log`;
    case 'inactive':
      return `/integrations/${id}`;
    case 'clientSecret':
      return `/api-clients/${id}`;
    default:
      return `/connections/${id}`;
  }
}
