/** Try It: the curl line, the token request sent, and its answer explained field by field. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Button, LinkButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf, Note, Problems } from '../../ui/problems.tsx';
import { type App, type ConsumerDetails, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { addressesOf } from './app-address.ts';
import { Readiness } from './app-state.tsx';
import { askForToken, curlLine, type TokenAnswer, tokenUrl } from './token-request.ts';
import { Verified } from './verified.tsx';

const words = text.tryIt;

export function TryIt({ id }: { id: string }) {
  const app = useAnswer('/apps/:id', { params: { id } });
  return (
    <Loaded of={app}>
      {(found) => (
        <Page
          title={words.title}
          kind={found.name}
          product={text.product}
          actions={<LinkButton to={addressesOf(found).view}>{text.done}</LinkButton>}
        >
          <p className="soft">{words.lead}</p>
          <Readiness app={found} />
          <Verified id={id}>{({ pairs }) => <Trying app={found} pairs={pairs} />}</Verified>
        </Page>
      )}
    </Loaded>
  );
}

function Trying({ app, pairs }: { app: App; pairs: ConsumerDetails['pairs'] }) {
  const queries = useQueryClient();
  const pair = pairs.find(({ state }) => state === 'active');
  const ask = useMutation({
    mutationFn: askForToken,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['/oauth-usage'] }),
    gcTime: 0,
  });
  if (pair === undefined) return null;
  const curl = curlLine(pair.consumerKey);
  return (
    <>
      <Card title={words.curl} actions={<CopyButton what={words.curl} value={curl} />}>
        <pre>{curl}</pre>
        <p className="help">{words.curlHelp}</p>
      </Card>
      <Card
        title={words.request}
        actions={
          <Button look="primary" isDisabled={ask.isPending} onPress={() => ask.mutate(pair)}>
            {words.send}
          </Button>
        }
      >
        <pre>{requestText(pair.consumerKey)}</pre>
        <Problems errors={errorsOf(ask.error)} />
      </Card>
      {ask.data === undefined ? null : <Answer app={app} answer={ask.data} />}
    </>
  );
}

function requestText(consumerKey: string): string {
  const { pathname, host } = new URL(tokenUrl());
  return [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/x-www-form-urlencoded',
    '',
    'grant_type=client_credentials',
    `&client_id=${consumerKey}`,
    `&client_secret=${words.hidden}`,
  ].join('\n');
}

function Answer({ app, answer }: { app: App; answer: TokenAnswer }) {
  const isGood = answer.status === 200;
  const { field, value, meaning } = words.columns;
  return (
    <Card title={words.answer(answer.status)}>
      <Note tone={isGood ? 'good' : 'alarm'} title={isGood ? words.got : words.refused}>
        <p>{isGood ? words.gotText : app.readiness.ready ? words.refusedThoughReady : words.refusedText}</p>
        <p className="buttons">
          <Link href={`/oauth-usage/${app.id}`}>{words.seeTokens}</Link>
          <Link href={`/login-history?application=${encodeURIComponent(app.name)}`}>{words.seeLogins}</Link>
        </p>
      </Note>
      <div className="tablescroll">
        <table className="table" aria-label={words.answer(answer.status)}>
          <thead>
            <tr>
              <th scope="col">{field}</th>
              <th scope="col">{value}</th>
              <th scope="col">{meaning}</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(answer.fields).map(([name, said]) => (
              <tr key={name}>
                <td data-label={field}>
                  <span className="code">{name}</span>
                </td>
                <td data-label={value}>
                  <span className="code anywhere">{shownValue(name, said)}</span>
                </td>
                <td data-label={meaning}>{meaningOf(name, said, { app, answer })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

/** Of the token only what names the org. */
function shownValue(name: string, value: string): string {
  return name === 'access_token' ? words.notWhole(value.slice(0, value.indexOf('!') + 1)) : String(value);
}

type Context = { app: App; answer: TokenAnswer };

function meaningOf(name: string, value: string, { app, answer }: Context): string {
  if (name === 'signature') return words.signature[answer.signature];
  if (name === 'id') return words.id(app.runAs?.username ?? '');
  if (name === 'issued_at') return words.issuedAt(new Date(Number(value)).toLocaleString());
  const known: Readonly<Record<string, string>> = words.meanings;
  return known[name] ?? words.meanings.other;
}
