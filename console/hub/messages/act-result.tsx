/** What was done to messages, what was left out and why, and how far what goes on in the background is. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId } from 'react';
import type { HubOperation } from '../../../src/hub/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { errorsOf, Note, Problems } from '../../ui/problems.tsx';
import { text as ui } from '../../ui/text.ts';
import { api } from '../api.ts';
import { messageText as words } from '../text/messages.ts';
import type { ManyAct } from './act-buttons.tsx';

export type Acted = AnswerOf<HubOperation, 'POST', '/messages/reprocess'>;
type Task = NonNullable<Acted['task']>;

/** It is read out with the button that has the focus, and again when it changes. */
export function ActResult({ act, answer, onClose }: { act: ManyAct; answer: Acted; onClose: () => void }) {
  const id = useId();
  return (
    <>
      <div id={id} aria-live="polite">
        {answer.task === null ? <Outcome act={act} of={answer} /> : <InBackground act={act} started={answer.task} />}
      </div>
      <div className="buttons">
        <Button autoFocus aria-describedby={id} onPress={onClose}>
          {ui.close}
        </Button>
      </div>
    </>
  );
}

function Outcome({ act, of: { done, leftOut } }: { act: ManyAct; of: Pick<Acted, 'done' | 'leftOut'> }) {
  return (
    <Note tone={leftOut.length === 0 ? 'good' : 'warn'} title={words.result}>
      <p>{words.acts[act].done(done)}</p>
      {leftOut.length === 0 ? null : (
        <>
          <p>{words.leftOut}</p>
          <ul>
            {leftOut.map(({ reason, count }) => (
              <li key={reason}>{words.leftOutOf(count, reason)}</li>
            ))}
          </ul>
        </>
      )}
    </Note>
  );
}

const waitMs = 1_000;

/** It goes on when the dialog is closed. */
function InBackground({ act, started }: { act: ManyAct; started: Task }) {
  const queries = useQueryClient();
  const task = useQuery({
    queryKey: ['/message-tasks/:id', started.id],
    queryFn: ({ signal }) =>
      api.call('GET', '/message-tasks/:id', { params: { id: String(started.id) }, query: { waitMs }, signal }),
    initialData: started,
    initialDataUpdatedAt: 0,
    refetchInterval: ({ state: { data, status } }) => (data?.endedAt !== null || status === 'error' ? false : 1),
  });
  const isOver = task.data.endedAt !== null;
  useEffect(() => {
    if (isOver)
      void queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('/messages') });
  }, [isOver, queries]);
  if (isOver) return <Outcome act={act} of={task.data} />;
  return (
    <>
      <Note title={words.working}>{words.workingDone(task.data.done)}</Note>
      <Problems errors={errorsOf(task.error)} />
    </>
  );
}
