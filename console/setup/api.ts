/** The Setup API, as the pages call it. */
import { useQuery } from '@tanstack/react-query';
import type { SetupOperation } from '../../src/org/index.ts';
import { type AnswerOf, ApiFailure, createApi } from '../ui/api.ts';
import { sessionKey } from '../ui/start.tsx';
import { text } from '../ui/text.ts';
import { createUseAnswer } from '../ui/use-answer.ts';

export const api = createApi<SetupOperation>({ base: '/setup/api', noAnswer: text.noAnswer });

export const useAnswer = createUseAnswer<SetupOperation>(api);

export type App = AnswerOf<SetupOperation, 'GET', '/apps/:id'>;
export type AppRow = AnswerOf<SetupOperation, 'GET', '/apps'>['rows'][number];
export type ConsumerDetails = AnswerOf<SetupOperation, 'GET', '/apps/:id/consumer-details'>;
export type User = AnswerOf<SetupOperation, 'GET', '/users/:id'>;
export type UserRow = AnswerOf<SetupOperation, 'GET', '/users'>['rows'][number];
export type Mail = AnswerOf<SetupOperation, 'GET', '/outbox'>['rows'][number];
export type Session = AnswerOf<SetupOperation, 'GET', '/session'>;

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
