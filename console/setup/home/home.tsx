/** Home: which org this is, whether its apps are ready, and where to begin. */
import { Link } from 'wouter';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { useAnswer, useSession } from '../api.ts';
import { text } from '../text.ts';

const words = text.home;

export function Home() {
  return (
    <Page title={text.pages.home} product={text.product}>
      <p className="soft">{words.lead}</p>
      <div className="tiles">
        {words.tiles.map(({ title, to, text: about }) => (
          <section key={to} className="card tile" aria-label={title}>
            <h2>
              <Link href={to}>{title}</Link>
            </h2>
            <p className="soft">{about}</p>
          </section>
        ))}
      </div>
      <Card title={words.ready}>
        <ReadyApps />
      </Card>
      <Card title={words.organization}>
        <Organization />
      </Card>
    </Page>
  );
}

function ReadyApps() {
  const apps = useAnswer('/apps', { query: { pageSize: 200 } });
  return (
    <Loaded of={apps}>
      {({ rows, total }) => {
        const ready = rows.filter((app) => app.ready).length;
        return <p>{ready === 0 ? words.readyNone : words.readyCount(ready, total)}</p>;
      }}
    </Loaded>
  );
}

function Organization() {
  const { data } = useSession();
  if (!data) return null;
  const { name, id, myDomainUrl } = data.organization;
  return (
    <Details
      of={[
        { label: words.type, value: text.where(name, data.organization.type) },
        { label: words.organizationId, value: <span className="code">{id}</span> },
        { label: words.myDomain, value: <span className="code">{myDomainUrl}</span> },
      ]}
    />
  );
}
