/** Home: what is set up in this hub. */
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { useAnswer } from '../api.ts';
import { text } from '../text.ts';

const words = text.home;
const one = { query: { pageSize: 1 } };

export function Home() {
  const remoteSites = useAnswer('/remote-sites', one);
  const connections = useAnswer('/connections', one);
  const integrations = useAnswer('/integrations', one);
  const interfaces = useAnswer('/interfaces', one);
  const count = (of: typeof connections | typeof remoteSites | typeof integrations | typeof interfaces) => (
    <Loaded of={of as typeof connections}>{({ total }) => total}</Loaded>
  );
  return (
    <Page title={text.pages.home} product={text.product}>
      <p className="soft">{words.lead}</p>
      <Card title={words.title}>
        <Details
          of={[
            { label: words.remoteSites, value: count(remoteSites) },
            { label: words.connections, value: count(connections) },
            { label: words.integrations, value: count(integrations) },
            { label: words.interfaces, value: count(interfaces) },
          ]}
        />
      </Card>
    </Page>
  );
}
