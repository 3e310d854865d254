/** Verify Your Identity: the code out of a mail, before a consumer key and secret are shown. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Form } from '../../ui/form.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api } from '../api.ts';
import { text } from '../text.ts';

const words = text.verify;
const sentKey = ['identity-verification'];

/** Sent once, and not again on coming back from the Outbox while the code still holds. */
function useSentCode() {
  return useQuery({
    queryKey: sentKey,
    queryFn: () => api.call('POST', '/identity-verification'),
    staleTime: ({ state }) => (state.data === undefined ? 0 : state.data.expiresAt - state.dataUpdatedAt),
    gcTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export function VerifyIdentity({ onVerified }: { onVerified: () => void }) {
  const sent = useSentCode();
  const queries = useQueryClient();
  const tell = useTell();
  const [code, setCode] = useState('');
  const verify = useMutation({
    mutationFn: () => api.call('POST', '/identity-verification/code', { body: { code } }),
    onSuccess: () => {
      queries.removeQueries({ queryKey: sentKey });
      onVerified();
    },
  });
  const resend = async () => {
    const { isSuccess } = await sent.refetch();
    verify.reset();
    setCode('');
    if (isSuccess) tell(words.resent);
  };
  return (
    <Card title={words.title}>
      <Loaded of={sent}>
        {({ sentTo }) => (
          <Form label={words.title} fields={['code']} errors={errorsOf(verify.error)} onSubmit={() => verify.mutate()}>
            <p>
              {words.lead(sentTo)} <Link href="/outbox">{words.openOutbox}</Link>
            </p>
            <Problems errors={errorsOf(sent.error)} />
            <TextField name="code" label={words.code} autoComplete="one-time-code" value={code} onChange={setCode} />
            <div className="buttons">
              <Button look="primary" type="submit" isDisabled={verify.isPending}>
                {words.verify}
              </Button>
              <Button isDisabled={sent.isFetching} onPress={() => void resend()}>
                {words.resend}
              </Button>
            </div>
          </Form>
        )}
      </Loaded>
    </Card>
  );
}
