/** Log In: the same form for both interfaces. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type ApiError, ApiFailure } from './api.ts';
import { Button } from './button.tsx';
import { TextField } from './fields.tsx';
import { Form } from './form.tsx';
import { errorsOf, Note } from './problems.tsx';
import { sessionEndedKey } from './start.tsx';
import { text } from './text.ts';

export type LogInWords = {
  title: string;
  lead: string;
  username: string;
  password: string;
  logIn: string;
  wait: (seconds: number) => string;
};

type LogInProps = {
  words: LogInWords;
  product: string;
  logIn: (credentials: { username: string; password: string }) => Promise<void>;
};

export function LogIn({ words, product, logIn }: LogInProps) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const seconds = useSecondsLeft(failure);
  const queries = useQueryClient();
  const hasEnded = queries.getQueryData(sessionEndedKey) === true;
  useEffect(() => {
    document.title = `${words.logIn} | ${product}`;
  }, [words, product]);
  const submit = () => {
    setBusy(true);
    logIn({ username, password })
      .then(() => queries.removeQueries({ queryKey: sessionEndedKey }))
      .catch((error: unknown) => {
        setFailure(error);
        setPassword('');
      })
      .finally(() => setBusy(false));
  };
  return (
    <div className="login">
      <main className="card">
        <div>
          <h1>{words.title}</h1>
          <p className="soft">{words.lead}</p>
        </div>
        {hasEnded ? <Note tone="warn">{text.sessionEnded}</Note> : null}
        <Form
          label={words.logIn}
          fields={['username', 'password']}
          errors={shownErrors(failure, seconds)}
          onSubmit={submit}
        >
          <TextField
            name="username"
            label={words.username}
            value={username}
            autoComplete="username"
            onChange={setUsername}
          />
          <TextField
            name="password"
            label={words.password}
            type="password"
            value={password}
            autoComplete="current-password"
            onChange={setPassword}
          />
          <Button look="primary" type="submit" isDisabled={isBusy || seconds > 0}>
            {seconds > 0 ? words.wait(seconds) : words.logIn}
          </Button>
        </Form>
      </main>
    </div>
  );
}

/** What said that one has to wait goes away when that is over. */
function shownErrors(failure: unknown, seconds: number): readonly ApiError[] {
  const hadToWait = failure instanceof ApiFailure && failure.retryAfterSeconds !== undefined;
  return hadToWait && seconds === 0 ? [] : errorsOf(failure);
}

function useSecondsLeft(failure: unknown): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const until = failure instanceof ApiFailure ? Date.now() + (failure.retryAfterSeconds ?? 0) * 1000 : 0;
    const count = () => setSeconds(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    count();
    const timer = setInterval(count, 500);
    return () => clearInterval(timer);
  }, [failure]);
  return seconds;
}
