/** What needs attention, each with a link to where it is mended. */
import { Link } from 'wouter';
import { Card } from '../../ui/page.tsx';
import { Note } from '../../ui/problems.tsx';
import { useAnswer } from '../api.ts';
import { text } from '../text.ts';

const words = text.home;
const all = { query: { pageSize: 200 } };

type Matter = { sentence: string; to: string };

export function Attention({ everyMs }: { everyMs: number }) {
  const { matters, isKnown } = useMatters(everyMs);
  return (
    <Card title={words.attention}>
      {isKnown && matters.length === 0 ? <Note tone="good">{words.nothing}</Note> : null}
      {matters.length === 0 ? null : (
        <ul className="matters">
          {matters.map(({ sentence, to }) => (
            <li key={sentence}>
              <Link href={to}>{sentence}</Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function useMatters(everyMs: number): { matters: readonly Matter[]; isKnown: boolean } {
  const connections = useConnections();
  const agents = useAgents(everyMs);
  const integrations = useIntegrations();
  const interfaces = useInterfaces(everyMs);
  const messages = useFailed(everyMs);
  const found = [connections, agents, integrations, interfaces, messages];
  return { matters: found.flatMap((one) => one ?? []), isKnown: found.every((one) => one !== undefined) };
}

function useConnections(): readonly Matter[] | undefined {
  const { data } = useAnswer('/connections', all);
  if (data?.total === 0) return [{ sentence: words.begin, to: '/connections/new' }];
  return data?.rows
    .filter(({ verified }) => !verified)
    .map(({ id, name }) => ({ sentence: words.unverified(name), to: `/connections/${id}` }));
}

function useAgents(everyMs: number): readonly Matter[] | undefined {
  const { data } = useAnswer('/control-board/agents', { ...all, everyMs });
  return data?.rows.flatMap(({ id, name, url, connected, deployment }) => {
    const called = name ?? url ?? text.agents.unnamed(id);
    const error = deployment?.error ?? null;
    return [
      ...(connected ? [] : [{ sentence: words.away(called), to: '/agents' }]),
      ...(error === null ? [] : [{ sentence: words.notTold(called, error), to: '/agents' }]),
    ];
  });
}

function useIntegrations(): readonly Matter[] | undefined {
  const { data } = useAnswer('/integrations', all);
  return data?.rows
    .filter(({ state, interfaces }) => state !== 'active' && interfaces > 0)
    .map(({ id, name, state }) => ({ sentence: words.inactive(name, state), to: `/integrations/${id}` }));
}

function useInterfaces(everyMs: number): readonly Matter[] | undefined {
  const { data } = useAnswer('/control-board/interfaces', { ...all, everyMs });
  return data?.rows.flatMap(({ name, lastRun }) => {
    const status = lastRun?.status ?? null;
    if (lastRun === null || status === null || status === 'completed' || status === 'cancelled') return [];
    return [{ sentence: words.endedRun(name, status), to: `/runs/${lastRun.id}` }];
  });
}

function useFailed(everyMs: number): readonly Matter[] | undefined {
  const { data } = useAnswer('/messages/counts', { everyMs });
  if (data === undefined) return undefined;
  const { count, more } = data.Failed;
  return count === 0 ? [] : [{ sentence: words.failedMessages(count, more), to: '/messages?status=Failed' }];
}
