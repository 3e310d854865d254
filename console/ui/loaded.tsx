/** What is shown while something is read, and when it could not be. */
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { ApiFailure } from './api.ts';
import { Button } from './button.tsx';
import { useInPage } from './page.tsx';
import { errorsOf, Problems } from './problems.tsx';
import { text } from './text.ts';

type LoadedProps<Data> = {
  of: UseQueryResult<Data>;
  children: (data: Data) => ReactNode;
  /** Nothing stands around it. */
  isWhole?: boolean;
  /** Not what was read before the page was opened: a form begins with what is stored now. */
  isAnew?: boolean;
};

export function Loaded<Data>({ of, children, isWhole = false, isAnew = false }: LoadedProps<Data>) {
  const { data, error, refetch, isFetching, isFetchedAfterMount } = of;
  const Around = isWhole ? 'main' : 'div';
  const isToBeRead = isAnew && !isFetchedAfterMount;
  if (data !== undefined && !isToBeRead) return <>{children(data)}</>;
  if (error === null || isToBeRead) return <Loading />;
  const isGone = error instanceof ApiFailure && error.status === 404;
  return (
    <Around className="unloaded">
      <Untitled title={isGone ? text.notFound.thing : text.notShown} />
      <Problems errors={errorsOf(error)} />
      {isGone ? null : (
        <div className="buttons">
          <Button isDisabled={isFetching} onPress={() => void refetch()}>
            {text.tryAgain}
          </Button>
        </div>
      )}
    </Around>
  );
}

/** For a page that would have taken its title from what could not be read. */
function Untitled({ title }: { title: string }) {
  const isInPage = useInPage();
  useEffect(() => {
    if (!isInPage) document.title = title;
  }, [isInPage, title]);
  if (isInPage) return null;
  return (
    <div className="pagehead">
      <h1>{title}</h1>
    </div>
  );
}

export function Loading() {
  return (
    <p className="soft loading" role="status">
      {text.loading}
    </p>
  );
}
