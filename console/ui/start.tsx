/** Starts an interface: theme, styles, what was read and how often, and the address it works under. */
import './tokens.css';
import './base.css';
import './controls.css';
import './page.css';
import './progress.css';
import './table.css';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { ApiFailure } from './api.ts';
import { noteAnswer, noteFailure } from './away.tsx';
import { keepFocus } from './keep-focus.ts';
import { applyTheme } from './theme.tsx';
import { Toasts } from './toasts.tsx';

/** Under which who is logged in is kept; null: nobody. */
export const sessionKey = ['session'] as const;

/** Under which it is kept that a session ended by itself, and was not left by Log Out. */
export const sessionEndedKey = ['session ended'] as const;

/** Of Log Out, while it goes on: what is refused meanwhile has not ended by itself. */
export const leaveKey = ['leave'] as const;

/** `base` of the addresses, such as `/setup`; empty for the root. */
export function startInterface(base: string, app: ReactNode): void {
  applyTheme();
  keepFocus();
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no root');
  createRoot(root, { onCaughtError: reportMistake }).render(
    <StrictMode>
      <QueryClientProvider client={createQueries()}>
        <Router base={base}>
          <Toasts>{app}</Toasts>
        </Router>
      </QueryClientProvider>
    </StrictMode>,
  );
}

/** What was refused is shown in its place; all else is a mistake of a page. */
function reportMistake(error: unknown): void {
  if (!(error instanceof ApiFailure)) console.error(error);
}

/**
 * Nothing is tried again by itself but what got no answer, and a session that has ended leads to Log In. An act that was
 * forbidden may have been sent with the token of a session that another window has replaced; it is told as refused when the
 * new one is there, so that it goes through when it is tried again at once.
 */
function createQueries(): QueryClient {
  const onError = (error: unknown) => {
    noteFailure(error);
    if (!(error instanceof ApiFailure) || error.status !== 401) return;
    const isLeft = queries.isMutating({ mutationKey: leaveKey }) > 0;
    if (queries.getQueryData(sessionKey) && !isLeft) queries.setQueryData(sessionEndedKey, true);
    queries.setQueryData(sessionKey, null);
  };
  const onActError = async (error: unknown) => {
    onError(error);
    if (error instanceof ApiFailure && error.status === 403) await queries.invalidateQueries({ queryKey: sessionKey });
  };
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError, onSuccess: noteAnswer }),
    mutationCache: new MutationCache({ onError: onActError, onSuccess: noteAnswer }),
    defaultOptions: { queries: { retry: isWorthAgain, refetchOnWindowFocus: true, staleTime: 0 } },
  });
  return queries;
}

function isWorthAgain(count: number, error: unknown): boolean {
  return count < 2 && error instanceof ApiFailure && error.status === 0;
}
