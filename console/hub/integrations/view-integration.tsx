/** An integration, and the order of its interfaces. */
import { Link, useLocation } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { api, type Integration, useAnswer } from '../api.ts';
import { DeleteButton } from '../delete-button.tsx';
import { text } from '../text.ts';
import { useMay } from '../use-may.ts';
import { IntegrationState } from './integrations.tsx';
import { InterfaceOrder } from './interface-order.tsx';

const words = text.integrations;
const { fields } = words;

export function ViewIntegration({ id }: { id: string }) {
  const integration = useAnswer('/integrations/:id', { params: { id } });
  return <Loaded of={integration}>{(found) => <Shown integration={found} />}</Loaded>;
}

function Shown({ integration }: { integration: Integration }) {
  const { name, description, sequence, changedAt, changedBy } = integration;
  const isAdministrator = useMay('administrator');
  return (
    <Page
      title={name}
      kind={text.pages.integrations}
      product={text.product}
      actions={isAdministrator ? <Actions integration={integration} /> : null}
    >
      <Card title={words.detail}>
        <Details
          of={[
            { label: fields.name, value: name },
            { label: fields.state, value: <IntegrationState {...integration} /> },
            { label: fields.description, value: description },
            { label: fields.sequence, value: sequence },
            { label: text.changed, value: <Moment at={changedAt} /> },
            { label: text.changedBy, value: changedBy },
          ]}
        />
      </Card>
      <Interfaces integration={integration} mayOrder={isAdministrator} />
    </Page>
  );
}

function Interfaces({ integration: { id, name }, mayOrder }: { integration: Integration; mayOrder: boolean }) {
  const found = useAnswer('/interfaces', { query: { integration: name, pageSize: 100, sort: 'sequence' } });
  return (
    <Card title={words.order}>
      <Loaded of={found}>
        {({ rows }) => {
          const version = rows.map((row) => `${row.id}:${row.version}`).join();
          if (rows.length === 0) return <p className="soft">{words.noInterfaces}</p>;
          if (mayOrder) return <InterfaceOrder key={version} id={String(id)} rows={rows} />;
          return rows.map((row) => (
            <p key={row.id}>
              <Link href={`/interfaces/${row.id}`}>{row.definition.name}</Link>
            </p>
          ));
        }}
      </Loaded>
    </Card>
  );
}

function Actions({ integration: { id, name } }: { integration: Integration }) {
  const [, navigate] = useLocation();
  return (
    <DeleteButton
      name={name}
      message={words.deleteText}
      act={() => api.call('DELETE', '/integrations/:id', { params: { id: String(id) } })}
      onDeleted={() => navigate('/integrations')}
    >
      <LinkButton to={`/integrations/${id}/edit`}>{text.edit}</LinkButton>
    </DeleteButton>
  );
}
