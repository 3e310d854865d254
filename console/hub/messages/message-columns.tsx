/** The columns of lists of messages. */
import { Link } from 'wouter';
import { Moment } from '../../ui/moment.tsx';
import { Badge } from '../../ui/page.tsx';
import type { Column } from '../../ui/rows-table.tsx';
import { messageText as words } from '../text/messages.ts';
import { commentOf, type ListedMessage, lastMoment, outcomeOf, toneOf } from './message-values.ts';

const { columns } = words;

const plain = (label: string, text: (row: ListedMessage) => string): Column<ListedMessage> => ({
  label,
  cell: text,
  text,
});

export function MessageStatus({ message }: { message: Pick<ListedMessage, 'status' | 'outcome'> }) {
  return <Badge tone={toneOf(message)}>{words.statuses[message.status]}</Badge>;
}

/** The record in the org. */
export function RecordLink({ message: { salesforceId, salesforceUrl } }: { message: ListedMessage }) {
  if (salesforceId === null) return '';
  if (salesforceUrl === null) return <span className="code">{salesforceId}</span>;
  return (
    <a className="code" href={salesforceUrl} target="_blank" rel="noreferrer">
      {salesforceId}
    </a>
  );
}

export const messageColumns: readonly Column<ListedMessage>[] = [
  {
    label: columns.key,
    cell: ({ id, key }) => (
      <Link className="key" href={`/messages/${id}`}>
        {key ?? words.number(id)}
      </Link>
    ),
    text: ({ key }) => key ?? '',
  },
  {
    label: columns.status,
    cell: (row) => <MessageStatus message={row} />,
    text: ({ status }) => words.statuses[status],
  },
  plain(columns.outcome, outcomeOf),
  plain(columns.interface, (row) => row.interface),
  plain(columns.direction, ({ direction }) => words.directions[direction]),
  { label: columns.salesforceId, cell: (row) => <RecordLink message={row} />, text: (row) => row.salesforceId ?? '' },
  plain(columns.attempt, ({ attempt }) => String(attempt)),
  {
    label: columns.time,
    cell: (row) => <Moment at={lastMoment(row)} />,
    text: (row) => new Date(lastMoment(row)).toISOString(),
  },
  { label: columns.comment, cell: (row) => <span className="comment">{commentOf(row)}</span>, text: commentOf },
];
