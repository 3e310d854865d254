/** Rotation: Stage New Credentials, then Apply, Apply and Revoke Tokens Now, or Discard. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Question } from '../../ui/dialog.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api } from '../api.ts';
import { text } from '../text.ts';

const words = text.details;

type Act = 'apply' | 'applyAndRevoke' | 'discard';

const questions: Readonly<Record<Act, { title: string; message: string }>> = {
  apply: { title: words.applyTitle, message: words.applyText },
  applyAndRevoke: { title: words.applyAndRevokeTitle, message: words.applyAndRevokeText },
  discard: { title: words.discardTitle, message: words.discardText },
};

/** Gives the sentence that tells what was done. */
async function carryOut(id: string, act: Act | 'stage'): Promise<string> {
  if (act === 'stage') {
    await api.call('POST', '/apps/:id/staged-credentials', { params: { id } });
    return words.staged;
  }
  if (act === 'discard') {
    await api.call('DELETE', '/apps/:id/staged-credentials', { params: { id } });
    return words.discarded;
  }
  const body = { revokeTokens: act === 'applyAndRevoke' };
  const { revokedTokens } = await api.call('POST', '/apps/:id/staged-credentials/apply', { params: { id }, body });
  return words.applied(revokedTokens);
}

export function Rotation({ id, hasStaged }: { id: string; hasStaged: boolean }) {
  const [asked, setAsked] = useState<Act>();
  const queries = useQueryClient();
  const tell = useTell();
  const act = useMutation({
    mutationFn: (which: Act | 'stage') => carryOut(id, which),
    onSuccess: async (told) => {
      setAsked(undefined);
      tell(told);
      await queries.invalidateQueries();
    },
    onError: () => setAsked(undefined),
  });
  return (
    <>
      <Problems errors={errorsOf(act.error)} />
      {hasStaged ? <p className="soft">{words.stagedNext}</p> : null}
      <div className="buttons">
        {hasStaged ? (
          <>
            <Button look="primary" onPress={() => setAsked('apply')}>
              {words.apply}
            </Button>
            <Button look="danger" onPress={() => setAsked('applyAndRevoke')}>
              {words.applyAndRevoke}
            </Button>
            <Button onPress={() => setAsked('discard')}>{words.discard}</Button>
          </>
        ) : (
          <Button isDisabled={act.isPending} onPress={() => act.mutate('stage')}>
            {words.stage}
          </Button>
        )}
      </div>
      {asked === undefined ? null : (
        <Question
          title={questions[asked].title}
          isOpen
          yes={words[asked]}
          isBusy={act.isPending}
          onNo={() => setAsked(undefined)}
          onYes={() => act.mutate(asked)}
        >
          <p>{questions[asked].message}</p>
        </Question>
      )}
    </>
  );
}
