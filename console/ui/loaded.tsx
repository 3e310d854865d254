/** What is shown while something is read, and when it could not be. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { errorsOf, Problems } from './problems.tsx';
import { text } from './text.ts';

type LoadedProps<Data> = { of: UseQueryResult<Data>; children: (data: Data) => ReactNode };

export function Loaded<Data>({ of: { data, error, refetch, isFetching }, children }: LoadedProps<Data>) {
  if (data !== undefined) return <>{children(data)}</>;
  if (error === null) return <Loading />;
  return (
    <>
      <Problems errors={errorsOf(error)} />
      <div className="buttons">
        <Button isDisabled={isFetching} onPress={() => void refetch()}>
          {text.tryAgain}
        </Button>
      </div>
    </>
  );
}

export function Loading() {
  return (
    <p className="soft" role="status">
      {text.loading}
    </p>
  );
}
