/** The consumer details of an app, once the identity is verified. */
import type { ReactNode } from 'react';
import { ApiFailure } from '../../ui/api.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { type ConsumerDetails, useAnswer } from '../api.ts';
import { VerifyIdentity } from './verify-identity.tsx';

/** Nothing of it is kept once the page is left. */
export function Verified({ id, children }: { id: string; children: (details: ConsumerDetails) => ReactNode }) {
  const details = useAnswer('/apps/:id/consumer-details', { params: { id }, keptMs: 0 });
  if (details.error instanceof ApiFailure && details.error.status === 403)
    return <VerifyIdentity onVerified={() => void details.refetch()} />;
  return <Loaded of={details}>{children}</Loaded>;
}
