/** A connection: what it is made of, its pings, who uses it, its second key pair, and what its agent sees. */
import { Link, useLocation } from 'wouter';
import { AskFirst } from '../../ui/ask-first.tsx';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, type Detail, Details, Page } from '../../ui/page.tsx';
import { errorsOf, Note, Problems } from '../../ui/problems.tsx';
import { api, type Connection, type PingReport, useAnswer } from '../api.ts';
import { DeleteButton } from '../delete-button.tsx';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { useMay } from '../use-may.ts';
import { agentNameOf, ConnectionState } from './connections.tsx';
import { KeyPair } from './key-pair.tsx';
import { Offers } from './offers.tsx';
import { PingSteps } from './ping-steps.tsx';

const words = text.connections;
const { fields, sections } = words;

export function ViewConnection({ id }: { id: string }) {
  const connection = useAnswer('/connections/:id', { params: { id } });
  return <Loaded of={connection}>{(found) => <Shown connection={found} />}</Loaded>;
}

function Shown({ connection }: { connection: Connection }) {
  const { name, verified } = connection;
  const isAdministrator = useMay('administrator');
  const isOperator = useMay('operator');
  return (
    <Page
      title={name}
      kind={words.heading}
      product={text.product}
      actions={isAdministrator ? <Actions connection={connection} /> : null}
    >
      {verified ? null : (
        <Note tone="warn" title={words.unverified}>
          {words.unverifiedNext}
        </Note>
      )}
      <Card title={words.detail}>
        <Details of={generalOf(connection)} />
      </Card>
      {isOperator ? <Pings connection={connection} /> : null}
      <Card
        title={sections.agent}
        actions={isAdministrator ? <ForgetCertificate connection={connection} /> : undefined}
      >
        <Details of={agentOf(connection)} />
      </Card>
      <Card title={connection.type === 'agentFile' ? sections.folder : sections.database}>
        <Details of={databaseOf(connection)} />
      </Card>
      <Card title={sections.salesforce}>
        <Details of={salesforceOf(connection)} />
      </Card>
      {isAdministrator ? <KeyPair connection={connection} /> : null}
      {isOperator ? <Offers id={String(connection.id)} /> : null}
    </Page>
  );
}

function Actions({ connection: { id, name } }: { connection: Connection }) {
  const [, navigate] = useLocation();
  return (
    <DeleteButton
      name={name}
      message={words.deleteText}
      act={() => api.call('DELETE', '/connections/:id', { params: { id: String(id) } })}
      onDeleted={() => navigate('/connections')}
    >
      <LinkButton to={`/connections/${id}/edit`}>{text.edit}</LinkButton>
    </DeleteButton>
  );
}

function Pings({ connection: { id, agent } }: { connection: Connection }) {
  const params = { id: String(id) };
  const pingAgent = useAct({ act: () => api.call('POST', '/connections/:id/ping-agent', { params }) });
  const pingSalesforce = useAct({ act: () => api.call('POST', '/connections/:id/ping-salesforce', { params }) });
  const isBusy = pingAgent.isPending || pingSalesforce.isPending;
  const shown = (label: string, report: PingReport | undefined) =>
    report === undefined ? null : (
      <>
        <h3>{label}</h3>
        <PingSteps label={label} report={report} siteUrl={`${agent.hostUrl}:${agent.portForward}`} />
      </>
    );
  return (
    <Card title={words.pings}>
      <Problems errors={[...errorsOf(pingAgent.error), ...errorsOf(pingSalesforce.error)]} />
      <div className="buttons">
        <Button isDisabled={isBusy} onPress={() => pingAgent.mutate()}>
          {words.pingAgent}
        </Button>
        <Button isDisabled={isBusy} onPress={() => pingSalesforce.mutate()}>
          {words.pingSalesforce}
        </Button>
        {isBusy ? <span role="status">{words.pinging}</span> : null}
      </div>
      {shown(words.pingAgent, pingAgent.data)}
      {shown(words.pingSalesforce, pingSalesforce.data)}
    </Card>
  );
}

function ForgetCertificate({ connection: { id, agent } }: { connection: Connection }) {
  const forget = useAct({
    act: () => api.call('DELETE', '/connections/:id/certificate', { params: { id: String(id) } }),
    tells: () => words.certificateForgotten,
  });
  if (agent.fingerprint === null) return null;
  return (
    <>
      <Problems errors={errorsOf(forget.error)} />
      <AskFirst
        label={words.forgetCertificate}
        title={words.forgetCertificate}
        message={words.forgetCertificateText}
        isBusy={forget.isPending}
        onYes={() => forget.mutate()}
      />
    </>
  );
}

const code = (value: string | null) => (value === null ? null : <span className="code">{value}</span>);
/** Only what has a value. */
const given = (of: readonly Detail[]) => of.filter(({ value }) => value !== null);
const secretOf = (isKept: boolean) => (isKept ? words.kept : words.notKept);

function generalOf(connection: Connection): Detail[] {
  const { name, description, type, verifiedAt, usedBy, changedAt, changedBy } = connection;
  return [
    { label: fields.name, value: name },
    { label: fields.type, value: words.types[type] },
    { label: fields.description, value: description },
    { label: words.columns.state, value: <ConnectionState {...connection} /> },
    { label: words.verifiedAt, value: <Moment at={verifiedAt} /> },
    { label: words.usedBy, value: <UsedBy names={usedBy} /> },
    { label: text.changed, value: <Moment at={changedAt} /> },
    { label: text.changedBy, value: changedBy },
  ];
}

function UsedBy({ names }: { names: readonly string[] }) {
  if (names.length === 0) return words.usedByNone;
  return names.map((name, at) => (
    <span key={name} className="listed">
      <Link href={`/interfaces?search=${encodeURIComponent(name)}`}>{name}</Link>
      {at < names.length - 1 ? ', ' : ''}
    </span>
  ));
}

function agentOf(connection: Connection): readonly Detail[] {
  const { name, hostUrl, portForward, username, fingerprint, version, lastSeenAt, kind } = connection.agent;
  return given([
    { label: fields.agentId, value: name ?? agentNameOf(connection) },
    { label: fields.hostUrl, value: code(hostUrl) },
    { label: fields.portForward, value: portForward },
    { label: fields.username, value: username },
    { label: fields.password, value: kind === 'endpoint' ? words.kept : null },
    { label: fields.fingerprint, value: code(fingerprint) },
    { label: words.agentVersion, value: version },
    { label: words.lastSeen, value: <Moment at={lastSeenAt} /> },
  ]);
}

function databaseOf({ database }: Connection): readonly Detail[] {
  const { host, port, databaseName, user, passwordKept, tls, file, folder, delimiter } = database;
  return given([
    { label: fields.database, value: words.stores[database.database] },
    { label: fields.host, value: code(host) },
    { label: fields.port, value: port },
    { label: fields.databaseName, value: databaseName },
    { label: fields.user, value: user },
    { label: fields.password, value: host === null ? null : secretOf(passwordKept) },
    { label: fields.tls, value: tls },
    { label: fields.file, value: code(file) },
    { label: fields.folder, value: code(folder) },
    { label: fields.delimiter, value: delimiter },
  ]);
}

function salesforceOf({ salesforce }: Connection): readonly Detail[] {
  const { grantType, environment, myDomainUrl, tokenUrl, consumerKey, consumerSecretKept, apiVersion } = salesforce;
  return given([
    { label: fields.grantType, value: code(grantType) },
    { label: fields.environment, value: words.environments[environment] },
    { label: fields.myDomainUrl, value: code(myDomainUrl) },
    { label: fields.tokenUrl, value: code(tokenUrl) },
    { label: fields.consumerKey, value: code(consumerKey) },
    { label: fields.consumerSecret, value: secretOf(consumerSecretKept) },
    { label: fields.apiVersion, value: apiVersion },
  ]);
}
