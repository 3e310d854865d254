/** The hub's API, as the pages call it. */
import { useQuery } from '@tanstack/react-query';
import type { HubOperation } from '../../src/hub/index.ts';
import { type AnswerOf, ApiFailure, createApi } from '../ui/api.ts';
import { sessionKey } from '../ui/start.tsx';
import { text } from '../ui/text.ts';
import { createUseAnswer } from '../ui/use-answer.ts';

export const api = createApi<HubOperation>({ base: '/api', noAnswer: text.noAnswer });

export const useAnswer = createUseAnswer<HubOperation>(api);

export type Session = AnswerOf<HubOperation, 'GET', '/session'>;

/** Who is logged in; null: nobody. Another window may have logged out, or in as somebody else. */
export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: readSession,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: 'always',
  });
}

async function readSession(): Promise<Session | null> {
  try {
    const session = await api.call('GET', '/session');
    api.setCsrfToken(session.csrfToken);
    return session;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 401) return null;
    throw error;
  }
}

export async function logIn(credentials: { username: string; password: string }): Promise<Session> {
  const session = await api.call('POST', '/session', { body: credentials });
  api.setCsrfToken(session.csrfToken);
  return session;
}

export type RemoteSite = AnswerOf<HubOperation, 'GET', '/remote-sites/:id'>;
export type Connection = AnswerOf<HubOperation, 'GET', '/connections/:id'>;
export type PingReport = AnswerOf<HubOperation, 'POST', '/connections/:id/ping-agent'>;
export type Agent = AnswerOf<HubOperation, 'GET', '/agents/:id'>;
export type AgentOnBoard = AnswerOf<HubOperation, 'GET', '/control-board/agents'>['rows'][number];
export type ApiClient = AnswerOf<HubOperation, 'GET', '/api-clients/:id'>;
export type Person = AnswerOf<HubOperation, 'GET', '/people/:id'>;
export type AuditEntry = AnswerOf<HubOperation, 'GET', '/audit-trail'>['rows'][number];
export type Integration = AnswerOf<HubOperation, 'GET', '/integrations/:id'>;
export type Retention = AnswerOf<HubOperation, 'GET', '/retention'>;
