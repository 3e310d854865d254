/** Manage Consumer Details: key and secret behind Verify Your Identity, and their rotation. */
import { LinkButton } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { Note } from '../../ui/problems.tsx';
import { Secret } from '../../ui/secret.tsx';
import { type ConsumerDetails, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { addressesOf } from './app-address.ts';
import { Rotation } from './rotation.tsx';
import { Verified } from './verified.tsx';

const words = text.details;

export function ConsumerDetailsPage({ id }: { id: string }) {
  const app = useAnswer('/apps/:id', { params: { id } });
  return (
    <Loaded of={app}>
      {(found) => (
        <Page
          title={words.title}
          kind={found.name}
          product={text.product}
          actions={<LinkButton to={addressesOf(found).settings}>{text.done}</LinkButton>}
        >
          <Verified id={id}>
            {({ pairs }) => (
              <>
                {pairs.map((pair) => (
                  <Pair key={pair.id} pair={pair} />
                ))}
                <Rotation id={id} hasStaged={pairs.some(({ state }) => state === 'staged')} />
              </>
            )}
          </Verified>
        </Page>
      )}
    </Loaded>
  );
}

type PairShown = ConsumerDetails['pairs'][number];

function Pair({ pair }: { pair: PairShown }) {
  const { state, availableAt, rotationDue, ageDays, lastUsedBy, expiresAt } = pair;
  return (
    <Card title={state === 'active' ? words.activePair : words.stagedPair}>
      {availableAt > Date.now() ? (
        <Note tone="alarm">{words.notYet(new Date(availableAt).toLocaleTimeString())}</Note>
      ) : null}
      {rotationDue ? (
        <Note tone="warn" title={words.rotationDue}>
          {words.rotationDueText(ageDays)}
        </Note>
      ) : null}
      <Secret label={words.key} value={pair.consumerKey} />
      <Secret label={words.secret} value={pair.consumerSecret} />
      <Details
        of={[
          { label: words.createdAt, value: <Moment at={pair.createdAt} /> },
          { label: words.createdBy, value: pair.createdBy },
          { label: words.age, value: text.app.days(ageDays) },
          { label: words.lastUsedAt, value: <Moment at={pair.lastUsedAt} /> },
          { label: words.lastUsedBy, value: lastUsedBy?.username ?? null },
          ...(expiresAt === null ? [] : [{ label: words.expiresAt, value: <Moment at={expiresAt} /> }]),
        ]}
      />
    </Card>
  );
}
