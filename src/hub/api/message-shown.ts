/** Messages as the API shows them. */
import type { Static } from 'typebox';
import { refuseField } from '../../web/index.ts';
import type { HubParts } from '../hub-parts.ts';
import type { ListedMessage, MessageDetails, MessageFilter, MessageTask } from '../store/index.ts';
import type { messageTask, wholeMessage } from './message-schemas.ts';

type Store = HubParts['store'];

/** Where the records of an interface are: looked up once for many messages. */
export function createRecordLinks(store: Store): (message: ListedMessage) => string | null {
  const addresses = new Map<string, string | undefined>();
  const addressOf = (name: string) => {
    if (!addresses.has(name)) addresses.set(name, findAddress(store, name));
    return addresses.get(name);
  };
  return ({ interface: name, salesforceId }) => {
    const address = salesforceId === null ? undefined : addressOf(name);
    return address === undefined ? null : `${address}/${salesforceId}`;
  };
}

function findAddress(store: Store, interfaceName: string): string | undefined {
  const connection = store.interfaces.findByName(interfaceName)?.definition.connection;
  const found = connection === undefined ? undefined : store.connections.findByName(connection);
  return found?.salesforce.myDomainUrl;
}

export function showListed(message: ListedMessage, linkOf: (message: ListedMessage) => string | null) {
  return { ...message, direction: 'inbound' as const, salesforceUrl: linkOf(message) };
}

export function showMessage(store: Store, message: MessageDetails): Static<typeof wholeMessage> {
  const whyNoPayload = message.payload === null ? whyNone(message) : null;
  return { ...showListed(message, createRecordLinks(store)), ...message, whyNoPayload };
}

function whyNone({ status }: MessageDetails): string {
  return status === 'Completed'
    ? 'Values are kept of what failed and of what came in over the API; this one was read from the source, and went through.'
    : 'The agent reported no values of it; its source has them.';
}

export function showTask({
  id,
  act,
  filter,
  askedAt,
  askedBy,
  done,
  leftOut,
  endedAt,
}: MessageTask): Static<typeof messageTask> {
  return { id, act, filter: { ...filter }, askedAt, askedBy, done, leftOut: showLeftOut(leftOut), endedAt };
}

/** What most were left out for comes first. */
export function showLeftOut(leftOut: Readonly<Record<string, number>>): { reason: string; count: number }[] {
  return Object.entries(leftOut)
    .map(([reason, count]) => ({ reason, count }))
    .sort((one, other) => other.count - one.count);
}

/** `field`: where the filter stands in what was sent. Throws ApiRefused 400 for an interface, an integration or a run that never was. */
export function checkFilter({ messages, runs }: Store, filter: MessageFilter, field = ''): MessageFilter {
  for (const what of ['interface', 'integration'] as const) {
    const name = filter[what];
    if (name !== undefined && messages.interfacesCalled({ [what]: name }).length === 0)
      throw refuseField(`${field}${what}`, `There is no ${what} ${name}.`, 'Correct the name, or leave it out.');
  }
  const { run } = filter;
  if (run !== undefined && runs.findNamed(run) === undefined)
    throw refuseField(`${field}run`, `There is no run ${run}.`, 'Correct its number, or leave it out.');
  return filter;
}
