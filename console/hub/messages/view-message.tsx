/** One message: its values, its history, the mapping that made it, and what it belongs to. */
import { Link } from 'wouter';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { Note } from '../../ui/problems.tsx';
import { type Column, RowsTable } from '../../ui/rows-table.tsx';
import { useAnswer } from '../api.ts';
import { messageText as words } from '../text/messages.ts';
import { runText } from '../text/runs.ts';
import { text } from '../text.ts';
import { MessageActs } from './message-acts.tsx';
import { MessageStatus, RecordLink } from './message-columns.tsx';
import { commentOf, isUnresolved, type Message, outcomeOf } from './message-values.ts';

const everyMs = 5_000;

export function ViewMessage({ id }: { id: string }) {
  const message = useAnswer('/messages/:id', { params: { id }, everyMs });
  return <Loaded of={message}>{(found) => <Shown message={found} />}</Loaded>;
}

function Shown({ message }: { message: Message }) {
  const { id, key, payload, whyNoPayload, form } = message;
  return (
    <Page
      title={key ?? words.number(id)}
      kind={words.kind}
      product={text.product}
      actions={<MessageActs message={message} />}
    >
      {isUnresolved(message) ? (
        <Note tone="warn" title={words.unknown}>
          {words.unknownText}
        </Note>
      ) : null}
      <Card title={words.details} actions={<MessageStatus message={message} />}>
        <MessageDetails message={message} />
      </Card>
      <Card title={words.values}>
        {payload === null ? (
          <p className="soft">{whyNoPayload}</p>
        ) : (
          <>
            {form === null ? null : <p className="soft">{words.forms[form]}</p>}
            <RowsTable<Cell>
              label={words.values}
              columns={cellColumns}
              rows={Object.entries(payload)}
              rowKey={([name]) => name}
            />
          </>
        )}
      </Card>
      <Card title={words.history}>
        <RowsTable<Event & { at: number }>
          label={words.history}
          columns={eventColumns}
          rows={message.history}
          rowKey={(event) => `${message.history.indexOf(event)}`}
        />
      </Card>
      <Family message={message} />
    </Page>
  );
}

function MessageDetails({ message }: { message: Message }) {
  const { columns, fields } = words;
  const { interfaceId, interfaceVersion, runId, created, nextTryAt, supersededBy } = message;
  const about = `/interfaces/${interfaceId}`;
  return (
    <Details
      of={[
        { label: columns.key, value: message.key },
        { label: columns.outcome, value: outcomeOf(message) },
        { label: columns.comment, value: commentOf(message) },
        { label: columns.interface, value: <Link href={about}>{message.interface}</Link> },
        { label: fields.integration, value: message.integration },
        {
          label: fields.version,
          value:
            interfaceVersion === null ? null : (
              <Link href={`${about}?version=${interfaceVersion}`}>{words.version(interfaceVersion)}</Link>
            ),
        },
        { label: columns.direction, value: words.directions[message.direction] },
        { label: columns.salesforceId, value: message.salesforceId === null ? null : <RecordLink message={message} /> },
        { label: fields.created, value: created === null ? null : created ? words.created : words.updated },
        { label: fields.run, value: runId === null ? null : <RunLink id={runId} of={message.interface} /> },
        { label: columns.attempt, value: message.attempt },
        { label: fields.arrivedAt, value: <Moment at={message.arrivedAt} to="second" /> },
        { label: fields.sentAt, value: <Moment at={message.sentAt} to="second" /> },
        { label: fields.settledAt, value: <Moment at={message.settledAt} to="second" /> },
        ...(nextTryAt === null ? [] : [{ label: fields.nextTryAt, value: <Moment at={nextTryAt} /> }]),
        ...(supersededBy === null ? [] : [{ label: fields.supersededBy, value: <MessageLink id={supersededBy} /> }]),
      ]}
    />
  );
}

function RunLink({ id, of }: { id: number; of: string }) {
  return <Link href={`/runs/${id}`}>{runText.of(id, of)}</Link>;
}

function MessageLink({ id }: { id: number }) {
  return <Link href={`/messages/${id}`}>{words.showMessage(id)}</Link>;
}

type Cell = [name: string, value: unknown];

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const cellColumns: readonly Column<Cell>[] = [
  { label: words.valueColumns.name, cell: ([name]) => <span className="code">{name}</span>, text: ([name]) => name },
  {
    label: words.valueColumns.value,
    cell: ([, value]) =>
      value === null ? <span className="soft">{words.noValue}</span> : <span className="long">{valueText(value)}</span>,
    text: ([, value]) => valueText(value),
  },
];

type Event = Message['history'][number];

const { historyColumns, familyColumns } = words;

const eventColumns: readonly Column<Event>[] = [
  { label: historyColumns.at, cell: ({ at }) => <Moment at={at} to="second" />, text: ({ at }) => String(at) },
  { label: historyColumns.status, cell: ({ status }) => words.statuses[status], text: ({ status }) => status },
  { label: historyColumns.by, cell: ({ by }) => by, text: ({ by }) => by },
  { label: historyColumns.attempt, cell: ({ attempt }) => attempt, text: ({ attempt }) => String(attempt) },
  {
    label: historyColumns.comment,
    cell: ({ comment }) => <span className="long">{comment}</span>,
    text: ({ comment }) => comment,
  },
];

type Relative = { relation: string; message: NonNullable<Message['parent']> };

const relativeColumns: readonly Column<Relative>[] = [
  { label: familyColumns.relation, cell: ({ relation }) => relation, text: ({ relation }) => relation },
  {
    label: familyColumns.message,
    cell: ({ message }) => <MessageLink id={message.id} />,
    text: ({ message }) => String(message.id),
  },
  { label: familyColumns.key, cell: ({ message }) => message.key, text: ({ message }) => message.key ?? '' },
  {
    label: familyColumns.status,
    cell: ({ message }) => words.statuses[message.status],
    text: ({ message }) => message.status,
  },
];

function Family({ message: { parent, children, original, copies } }: { message: Message }) {
  const { relations } = words;
  const of = (relation: string, messages: readonly (Relative['message'] | null)[]) =>
    messages.flatMap((message) => (message === null ? [] : [{ relation, message }]));
  const all = [
    ...of(relations.parent, [parent]),
    ...of(relations.child, children),
    ...of(relations.original, [original]),
    ...of(relations.copy, copies),
  ];
  if (all.length === 0) return null;
  return (
    <Card title={words.family}>
      <RowsTable
        label={words.family}
        columns={relativeColumns}
        rows={all}
        rowKey={({ relation, message }) => `${relation} ${message.id}`}
      />
    </Card>
  );
}
