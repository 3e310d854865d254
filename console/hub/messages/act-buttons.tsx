/** Reprocess and Cancel: the ticked messages, or all that the filter finds, after it was said how many. */

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { errorsOf, Note, Problems } from '../../ui/problems.tsx';
import { api } from '../api.ts';
import { messageText as words } from '../text/messages.ts';
import { useAct } from '../use-act.ts';
import { ActResult } from './act-result.tsx';
import { asFilter, type UsedFilter } from './message-filter.ts';

export type ManyAct = 'reprocess' | 'cancel';

const paths = { reprocess: '/messages/reprocess', cancel: '/messages/cancel' } as const;

type Chosen = { used: UsedFilter; ticked: ReadonlySet<string> };
type ActButtonsProps = Chosen & { setTicked: (ticked: ReadonlySet<string>) => void };

export function ActButtons({ used, ticked, setTicked }: ActButtonsProps) {
  const [asked, setAsked] = useState<ManyAct | null>(null);
  const none = new Set<string>();
  return (
    <div className="buttons">
      {(['reprocess', 'cancel'] as const).map((act) => (
        <Button key={act} onPress={() => setAsked(act)}>
          {words.acts[act].button}
        </Button>
      ))}
      {ticked.size === 0 ? null : (
        <>
          <span role="status">{words.ticked(ticked.size)}</span>
          <Button look="quiet" onPress={() => setTicked(none)}>
            {words.untick}
          </Button>
        </>
      )}
      {asked === null ? null : (
        <Dialog title={words.acts[asked].title} isOpen isQuestion onClose={() => setAsked(null)}>
          <Asking
            act={asked}
            used={used}
            ticked={ticked}
            onDone={() => setTicked(none)}
            onClose={() => setAsked(null)}
          />
        </Dialog>
      )}
    </div>
  );
}

type AskingProps = Chosen & { act: ManyAct; onDone: () => void; onClose: () => void };

function Asking({ act, used, ticked, onDone, onClose }: AskingProps) {
  // What was ticked when the question was asked; the list goes on meanwhile.
  const [ids] = useState(() => [...ticked].map(Number));
  const isMeant = ids.length > 0 || !used.isEmpty;
  const acting = useAct({
    act: () => api.call('POST', paths[act], { body: ids.length > 0 ? { ids } : { filter: asFilter(used.filter) } }),
    done: onDone,
  });
  if (acting.data !== undefined) return <ActResult act={act} answer={acting.data} onClose={onClose} />;
  return (
    <>
      {isMeant ? <HowMany act={act} used={used} ids={ids} /> : <SayWhich />}
      <Problems errors={errorsOf(acting.error)} />
      <div className="buttons">
        <Button onPress={onClose}>{words.keep}</Button>
        {isMeant ? (
          <Button look="primary" isDisabled={acting.isPending} onPress={() => acting.mutate()}>
            {words.acts[act].yes}
          </Button>
        ) : null}
      </div>
    </>
  );
}

function SayWhich() {
  return (
    <Note tone="warn" title={words.sayWhich}>
      {words.sayWhichNext}
    </Note>
  );
}

function HowMany({ act, used: { filter }, ids }: { act: ManyAct; used: UsedFilter; ids: readonly number[] }) {
  const preview = useQuery({
    queryKey: ['/messages/preview', act, filter],
    queryFn: ({ signal }) => api.call('POST', '/messages/preview', { body: { act, filter: asFilter(filter) }, signal }),
    enabled: ids.length === 0,
    gcTime: 0,
  });
  if (ids.length > 0) return <p>{words.acts[act].ticked(ids.length)}</p>;
  return (
    <Loaded of={preview}>
      {({ found: { count, more }, possible }) => (
        <p>{words.acts[act].possible(possible, more ? words.moreThan(count) : String(count))}</p>
      )}
    </Loaded>
  );
}
