/** Outbox: the mails this org would have sent. */
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, Details, EmptyState, Page } from '../../ui/page.tsx';
import { type Mail, useAnswer } from '../api.ts';
import { text } from '../text.ts';

const words = text.outbox;

/** A mail that was just sent is there when the page has been open for a while. */
const lookEveryMs = 5_000;

export function Outbox() {
  const mails = useAnswer('/outbox', { query: { pageSize: 200 }, everyMs: lookEveryMs });
  return (
    <Page title={text.pages.outbox} product={text.product}>
      <p className="soft">{words.lead}</p>
      <Loaded of={mails}>
        {({ rows }) =>
          rows.length === 0 ? (
            <div className="card">
              <EmptyState title={words.empty}>{words.emptyNext}</EmptyState>
            </div>
          ) : (
            rows.map((mail) => <MailCard key={mail.id} mail={mail} />)
          )
        }
      </Loaded>
    </Page>
  );
}

function MailCard({ mail: { subject, to, sentAt, text: body } }: { mail: Mail }) {
  return (
    <Card title={subject}>
      <Details
        of={[
          { label: words.columns.to, value: to },
          { label: words.columns.sentAt, value: <Moment at={sentAt} /> },
        ]}
      />
      <pre>{body}</pre>
    </Card>
  );
}
