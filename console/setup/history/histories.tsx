/** Login History and View Setup Audit Trail. */
import type { SetupOperation } from '../../../src/org/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import type { Column } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState, Page } from '../../ui/page.tsx';
import { api } from '../api.ts';
import { text } from '../text.ts';
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
  plainColumn(of.loginType, ({ loginType }) => loginType),
  plainColumn(of.loginSubType, ({ loginSubType }) => loginSubType ?? ''),
  plainColumn(of.sourceIp, ({ sourceIp }) => sourceIp),
];

const auditColumns: readonly Column<AuditEntry>[] = [
  timeColumn(words.audit.columns.at),
  plainColumn(words.audit.columns.by, ({ by }) => by),
  plainColumn(words.audit.columns.display, ({ display }) => display),
  plainColumn(words.audit.columns.section, ({ section }) => section),
  plainColumn(words.audit.columns.action, ({ action }) => action),
];

export function LoginHistory() {
  return (
    <Page title={words.loginHistory} product={text.product}>
      <LongList
        label={words.loginHistory}
        queryKey={['/login-history']}
        read={(query, signal) => api.call('GET', '/login-history', { query, signal })}
        columns={loginColumns}
        empty={<EmptyState title={words.logins.empty}>{words.logins.emptyNext}</EmptyState>}
      />
    </Page>
  );
}

export function AuditTrail() {
  return (
    <Page title={words.auditTrail} product={text.product}>
      <LongList
        label={words.auditTrail}
        queryKey={['/audit-trail']}
        read={(query, signal) => api.call('GET', '/audit-trail', { query, signal })}
        columns={auditColumns}
        empty={<EmptyState title={words.audit.empty}>{words.audit.emptyNext}</EmptyState>}
      />
    </Page>
  );
}
