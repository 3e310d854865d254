/** Block and Unblock of an app, and of an external client app Install and Uninstall. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Question } from '../../ui/dialog.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { type App, api } from '../api.ts';
import { text } from '../text.ts';

const words = text.history.usage;

type Act = 'block' | 'unblock' | 'install' | 'uninstall';

const wordsOf = {
  block: { label: words.block, of: words.blockOf, told: words.blocked, title: words.blockTitle, text: words.blockText },
  unblock: { label: words.unblock, of: words.unblockOf, told: text.manageApp.unblocked },
  install: { label: words.install, of: words.installOf, told: words.installed },
  uninstall: {
    ...{ label: words.uninstall, of: words.uninstallOf, told: words.uninstalled },
    ...{ title: words.uninstallTitle, text: words.uninstallText },
  },
} as const;

const paths = {
  block: '/apps/:id/block',
  unblock: '/apps/:id/unblock',
  install: '/apps/:id/install',
  uninstall: '/apps/:id/uninstall',
} as const;

export function AppButtons({
  id,
  name,
  kind,
  blocked,
  installed,
}: Pick<App, 'id' | 'name' | 'kind' | 'blocked' | 'installed'>) {
  return (
    <>
      {kind === 'externalClientApp' ? (
        <ActButton act={installed ? 'uninstall' : 'install'} id={id} name={name} />
      ) : null}
      <ActButton act={blocked ? 'unblock' : 'block'} id={id} name={name} />
    </>
  );
}

/** What shuts an app out is asked about first; what lets it in again is done at once. */
function ActButton({ act, id, name }: { act: Act; id: string; name: string }) {
  const [isAsking, setAsking] = useState(false);
  const queries = useQueryClient();
  const tell = useTell();
  const said = wordsOf[act];
  const run = useMutation({
    mutationFn: async () => void (await api.call('POST', paths[act], { params: { id } })),
    onSuccess: async () => {
      setAsking(false);
      tell(said.told(name));
      await queries.invalidateQueries();
    },
  });
  if (!('title' in said))
    return (
      <>
        <Problems errors={errorsOf(run.error)} />
        <Button label={said.of(name)} isDisabled={run.isPending} onPress={() => run.mutate()}>
          {said.label}
        </Button>
      </>
    );
  return (
    <>
      <Button look="danger" label={said.of(name)} onPress={() => setAsking(true)}>
        {said.label}
      </Button>
      <Question
        title={said.title(name)}
        isOpen={isAsking}
        yes={said.label}
        isBusy={run.isPending}
        onNo={() => setAsking(false)}
        onYes={() => run.mutate()}
      >
        <p>{said.text}</p>
        <Problems errors={errorsOf(run.error)} />
      </Question>
    </>
  );
}
