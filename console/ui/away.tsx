/** Whether the server answers: said above every page while it does not, and asked until it does again. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { ApiFailure } from './api.ts';
import { Note } from './problems.tsx';
import { text } from './text.ts';

let isAway = false;
const listeners = new Set<() => void>();

function setAway(next: boolean): void {
  if (next === isAway) return;
  isAway = next;
  for (const tell of listeners) tell();
}

/** No answer came, or that of a gate before the server, which got none. */
const gotNoAnswer = ({ status }: ApiFailure) => status === 0 || status === 502 || status === 504;

/** Every answer and every failure passes here. */
export function noteFailure(error: unknown): void {
  if (error instanceof ApiFailure) setAway(gotNoAnswer(error));
}

export function noteAnswer(): void {
  setAway(false);
}

/** Whether anything of the server answers, without a word of what is in it. */
export async function serverAnswers(signal?: AbortSignal): Promise<boolean> {
  try {
    const asked: RequestInit = { method: 'HEAD', headers: { Accept: 'text/html' }, cache: 'no-store' };
    return (await fetch(location.href, signal === undefined ? asked : { ...asked, signal })).status < 500;
  } catch {
    return false;
  }
}

const askEveryMs = 3_000;

export function AwayNote() {
  const away = useSyncExternalStore(listen, () => isAway);
  return away ? <Away /> : null;
}

function listen(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** When the server is back, all that is shown is read anew. */
function Away() {
  const queries = useQueryClient();
  useEffect(() => {
    const stop = new AbortController();
    const timer = setInterval(async () => {
      if (!(await serverAnswers(stop.signal)) || stop.signal.aborted) return;
      noteAnswer();
      await queries.invalidateQueries();
    }, askEveryMs);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [queries]);
  return (
    <div className="away">
      <Note tone="alarm" title={text.away.title}>
        {text.away.next}
      </Note>
    </div>
  );
}
