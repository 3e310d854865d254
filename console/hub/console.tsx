/** The Console: Log In, then the frame with the page of the address. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Suspense } from 'react';
import { Button } from '../ui/button.tsx';
import { Frame } from '../ui/frame.tsx';
import { Loaded, Loading } from '../ui/loaded.tsx';
import { LogIn } from '../ui/log-in.tsx';
import { sessionKey } from '../ui/start.tsx';
import { api, logIn, type Session, useSession } from './api.ts';
import { Pages } from './pages.tsx';
import { text } from './text.ts';
import { tree } from './tree.ts';

export function Console() {
  const session = useSession();
  return (
    <Loaded of={session} isWhole>
      {(found) => (found === null ? <LogInToConsole /> : <LoggedIn session={found} />)}
    </Loaded>
  );
}

function LogInToConsole() {
  const queries = useQueryClient();
  const enter = async (credentials: { username: string; password: string }) => {
    queries.setQueryData(sessionKey, await logIn(credentials));
  };
  return <LogIn words={text.logIn} product={text.product} logIn={enter} />;
}

function LoggedIn({ session: { person } }: { session: Session }) {
  const queries = useQueryClient();
  const leave = useMutation({
    mutationFn: () => api.call('DELETE', '/session'),
    onSuccess: () => {
      sessionStorage.clear();
      queries.setQueryData(sessionKey, null);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    },
  });
  return (
    <Frame
      product={text.product}
      where={text.roles[person.role]}
      tree={tree}
      right={
        <>
          <span>{person.name}</span>
          <Button isDisabled={leave.isPending} onPress={() => leave.mutate()}>
            {text.logOut}
          </Button>
        </>
      }
    >
      <Suspense fallback={<Loading />}>
        <Pages />
      </Suspense>
    </Frame>
  );
}
