/** How many of its API calls each org has used, as an agent read it last. */
import { useId } from 'react';
import { Link } from 'wouter';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card } from '../../ui/page.tsx';
import type { Connection } from '../api.ts';
import { useAnswer } from '../api.ts';
import { text } from '../text.ts';

const words = text.home.apiCalls;
const all = { query: { pageSize: 200, sort: 'name' } };

export function ApiCalls({ everyMs }: { everyMs: number }) {
  const connections = useAnswer('/connections', { ...all, everyMs });
  return (
    <Card title={words.title}>
      <Loaded of={connections}>{({ rows }) => <Orgs connections={rows} />}</Loaded>
    </Card>
  );
}

/** Connections to one org share its calls. */
function Orgs({ connections }: { connections: readonly Connection[] }) {
  const orgs = [...Map.groupBy(connections, ({ salesforce }) => salesforce.myDomainUrl)];
  if (orgs.length === 0) return <p className="soft">{words.none}</p>;
  return (
    <ul className="orgs">
      {orgs.map(([url, of]) => (
        <Org key={url} url={url} connections={of} />
      ))}
    </ul>
  );
}

function Org({ url, connections }: { url: string; connections: readonly Connection[] }) {
  const usage = connections[0]?.apiUsage ?? null;
  return (
    <li>
      <p className="org anywhere">{hostOf(url)}</p>
      {usage === null ? <p className="soft">{words.notRead}</p> : <Used {...usage} />}
      <p className="soft">
        {connections.map(({ id, name }) => (
          <Link key={id} href={`/connections/${id}`}>
            {name}
          </Link>
        ))}
      </p>
    </li>
  );
}

function Used({ used, allowed, readAt }: NonNullable<Connection['apiUsage']>) {
  const id = useId();
  return (
    <>
      <meter
        aria-labelledby={id}
        min={0}
        max={allowed}
        low={allowed * 0.8}
        high={allowed * 0.95}
        optimum={0}
        value={used}
      />
      <p id={id}>{words.used(used.toLocaleString(), allowed.toLocaleString(), percentOf(used, allowed))}</p>
      <p className="soft">
        {words.readAt} <Moment at={readAt} />
      </p>
    </>
  );
}

const percents = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

/** Little is not nothing. */
function percentOf(used: number, allowed: number): string {
  const share = allowed === 0 ? 1 : used / allowed;
  return used > 0 && share < 0.0005 ? words.lessThan(percents.format(0.001)) : percents.format(share);
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url);
