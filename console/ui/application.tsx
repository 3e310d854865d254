/** What both applications are: Log In, then the frame with the page of the address. */
import { type UseQueryResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, Suspense } from 'react';
import { Button } from './button.tsx';
import { Frame } from './frame.tsx';
import { Loaded, Loading } from './loaded.tsx';
import { LogIn, type LogInWords } from './log-in.tsx';
import type { TreeGroup } from './quick-find.tsx';
import { leaveKey, sessionKey } from './start.tsx';

/** Of somebody who is logged in: the name, and what stands beside the name of the application. */
export type Whose = { name: string; where: string };

type ApplicationProps<Session> = {
  session: UseQueryResult<Session | null>;
  words: { product: string; logIn: LogInWords; logOut: string };
  tree: readonly TreeGroup[];
  logIn(credentials: { username: string; password: string }): Promise<Session>;
  logOut(): Promise<unknown>;
  whose(session: Session): Whose;
  /** The pages, each for its address. */
  children: ReactNode;
};

export function Application<Session>({ session, logIn, ...parts }: ApplicationProps<Session>) {
  const { words, whose } = parts;
  const queries = useQueryClient();
  const enter = async (credentials: { username: string; password: string }) => {
    queries.setQueryData(sessionKey, await logIn(credentials));
  };
  return (
    <Loaded of={session} isWhole>
      {(found) =>
        found === null ? (
          <LogIn words={words.logIn} product={words.product} logIn={enter} />
        ) : (
          <LoggedIn {...parts} {...whose(found)} />
        )
      }
    </Loaded>
  );
}

type LoggedInProps = Pick<ApplicationProps<unknown>, 'words' | 'tree' | 'logOut' | 'children'> & Whose;

function LoggedIn({ words, tree, name, where, logOut, children }: LoggedInProps) {
  const queries = useQueryClient();
  const leave = useMutation({
    mutationKey: leaveKey,
    mutationFn: logOut,
    onSuccess: () => {
      sessionStorage.clear();
      queries.setQueryData(sessionKey, null);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    },
  });
  const right = (
    <>
      <span>{name}</span>
      <Button isDisabled={leave.isPending} onPress={() => leave.mutate()}>
        {words.logOut}
      </Button>
    </>
  );
  return (
    <Frame product={words.product} where={where} tree={tree} right={right}>
      <Suspense fallback={<Loading />}>{children}</Suspense>
    </Frame>
  );
}
