/** What can be done with one message: Reprocess, Edit and Reprocess, Cancel, Resolve. */
import { useState } from 'react';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { api } from '../api.ts';
import { messageText as words } from '../text/messages.ts';
import { useAct } from '../use-act.ts';
import { useMay } from '../use-may.ts';
import type { ManyAct } from './act-buttons.tsx';
import { type Acted, ActResult } from './act-result.tsx';
import { isUnresolved, type Message, mayCancel, mayEdit, mayReprocess } from './message-values.ts';
import { ResolveMessage } from './resolve-message.tsx';

const paths = { reprocess: '/messages/reprocess', cancel: '/messages/cancel' } as const;

export function MessageActs({ message }: { message: Message }) {
  const mayAct = useMay('operator');
  const [done, setDone] = useState<{ act: ManyAct; answer: Acted } | null>(null);
  const acting = useAct({
    act: async (act: ManyAct) => ({ act, answer: await api.call('POST', paths[act], { body: { ids: [message.id] } }) }),
    done: setDone,
  });
  if (!mayAct) return null;
  const button = (act: ManyAct) => (
    <Button isDisabled={acting.isPending} onPress={() => acting.mutate(act)}>
      {words.acts[act].button}
    </Button>
  );
  return (
    <>
      {mayReprocess(message) ? button('reprocess') : null}
      {mayEdit(message) ? <LinkButton to={`/messages/${message.id}/edit`}>{words.edit}</LinkButton> : null}
      {mayCancel(message) ? button('cancel') : null}
      {isUnresolved(message) ? <Resolve message={message} /> : null}
      <Problems errors={errorsOf(acting.error)} />
      {done === null ? null : (
        <Dialog title={words.acts[done.act].title} isOpen onClose={() => setDone(null)}>
          <ActResult {...done} onClose={() => setDone(null)} />
        </Dialog>
      )}
    </>
  );
}

function Resolve({ message }: { message: Message }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button look="primary" onPress={() => setOpen(true)}>
        {words.resolve}
      </Button>
      <Dialog title={words.resolving.title} isOpen={isOpen} isQuestion onClose={() => setOpen(false)}>
        <ResolveMessage message={message} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}
