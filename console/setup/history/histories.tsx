/** Login History and View Setup Audit Trail. */
import type { SetupOperation } from '../../../src/org/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import type { Column } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState, Page } from '../../ui/page.tsx';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import type { FilterField } from './history-filter.ts';
import { LongList } from './long-list.tsx';

const words = text.history;

type Login = AnswerOf<SetupOperation, 'GET', '/login-history'>['rows'][number];
type AuditEntry = AnswerOf<SetupOperation, 'GET', '/audit-trail'>['rows'][number];

function timeColumn<Row extends { at: number }>(label: string): Column<Row> {
  return { label, cell: ({ at }) => <Moment at={at} />, text: ({ at }) => new Date(at).toISOString() };
}

function plainColumn<Row>(label: string, read: (row: Row) => string): Column<Row> {
  return { label, cell: read, text: read };
}

/** What is kept as a value of a picklist has its label on pages, as in Salesforce. */
function labelOf(labels: Readonly<Record<string, string>>, value: string): string {
  return Object.hasOwn(labels, value) ? (labels[value] ?? value) : value;
}

const success = 'Success';
const of = words.logins.columns;

const loginColumns: readonly Column<Login>[] = [
  timeColumn(of.at),
  plainColumn(of.username, ({ username }) => username),
  plainColumn(of.application, ({ application }) => application),
  {
    label: of.status,
    cell: ({ status }) => <Badge tone={status === success ? 'good' : 'alarm'}>{status}</Badge>,
    text: ({ status }) => status,
  },
  plainColumn(of.loginType, ({ loginType }) => labelOf(words.logins.types, loginType)),
  plainColumn(of.loginSubType, ({ loginSubType }) => labelOf(words.logins.subTypes, loginSubType ?? '')),
  plainColumn(of.sourceIp, ({ sourceIp }) => sourceIp),
];

const auditColumns: readonly Column<AuditEntry>[] = [
  timeColumn(words.audit.columns.at),
  plainColumn(words.audit.columns.by, ({ by }) => by),
  plainColumn(words.audit.columns.display, ({ display }) => display),
  plainColumn(words.audit.columns.section, ({ section }) => section),
  plainColumn(words.audit.columns.action, ({ action }) => action),
];

const timeFields: readonly FilterField[] = [
  { name: 'from', label: words.filter.from, kind: 'time' },
  { name: 'until', label: words.filter.until, kind: 'time' },
];
const textField: FilterField = { name: 'search', label: words.filter.search, kind: 'text' };

export function LoginHistory() {
  const { applications = [], statuses = [] } = useAnswer('/history-offers').data ?? {};
  const fields: FilterField[] = [
    { name: 'username', label: of.username, kind: 'text' },
    {
      name: 'application',
      label: of.application,
      kind: 'choice',
      any: words.logins.anyApplication,
      choices: applications,
    },
    { name: 'status', label: of.status, kind: 'choice', any: words.logins.anyStatus, choices: statuses },
    textField,
    ...timeFields,
  ];
  return (
    <Page title={words.loginHistory} product={text.product}>
      <LongList
        label={words.loginHistory}
        queryKey={['/login-history']}
        read={(query, signal) => api.call('GET', '/login-history', { query, signal })}
        columns={loginColumns}
        filters={fields}
        empty={<EmptyState title={words.logins.empty}>{words.logins.emptyNext}</EmptyState>}
      />
    </Page>
  );
}

export function AuditTrail() {
  const { sections = [] } = useAnswer('/history-offers').data ?? {};
  const { columns, anySection } = words.audit;
  const fields: FilterField[] = [
    { name: 'by', label: columns.by, kind: 'text' },
    { name: 'section', label: columns.section, kind: 'choice', any: anySection, choices: sections },
    textField,
    ...timeFields,
  ];
  return (
    <Page title={words.auditTrail} product={text.product}>
      <LongList
        label={words.auditTrail}
        queryKey={['/audit-trail']}
        read={(query, signal) => api.call('GET', '/audit-trail', { query, signal })}
        columns={auditColumns}
        filters={fields}
        empty={<EmptyState title={words.audit.empty}>{words.audit.emptyNext}</EmptyState>}
      />
    </Page>
  );
}
